import type {BuildView, LineView} from '../build/journal/build-view.ts';
import type {LinePlan, Plan, PlannedPackage, Suggestion} from '../plan/plan.ts';
import {why} from '../plan/why.ts';

/**
 * What would help a line that a build did not make, in the terms of its composition. A conflict has the ways out that the
 * planner tried; where a package failed while it was built, whoever asked for it can leave it out.
 */
export function suggestionsOf(plan: Plan, view: BuildView): Readonly<Record<string, readonly Suggestion[]>> {
	const hasOthers = view.lines.some(({status}) => status === 'created' || status === 'up to date');
	const suggestions: Record<string, readonly Suggestion[]> = {};
	for (const line of view.lines) {
		if (!line.error) continue;
		const planned = plan.lines.find(own => own.line === line.line);
		if (!planned) continue;
		const own = planned.conflict ? planned.conflict.suggestions : failureSuggestions(planned, line, hasOthers);
		if (own.length > 0) suggestions[line.line] = own;
	}
	return suggestions;
}

function failureSuggestions(planned: LinePlan, line: LineView, hasOthers: boolean): readonly Suggestion[] {
	const asked = [...new Set(failedPackages(line).flatMap(name => askedFor(planned, name)))];
	return [
		...asked.map((name): Suggestion => ({kind: 'drop-package', package: name, text: `Leave out ${name}.`})),
		...failedTests(planned, line).map((run): Suggestion => ({
			kind: 'drop-test',
			run,
			text: `Leave out the test ${run.join(' ')}.`,
		})),
		...(hasOthers
			? [
					{
						kind: 'leave-out-line',
						line: planned.line,
						text: `Leave out the line ${planned.line}; the others were built.`,
					} as const,
				]
			: []),
	];
}

/** As dpkg(1) names them when it gives up on one, and the engines by their scripts. */
const packageFailure =
	/(?:dpkg: error processing (?:package|archive)|^Configuring failed: the \S+ script of) ([a-z0-9][a-z0-9.+-]+)/gmu;

function failedPackages({error, logTail}: LineView): readonly string[] {
	const text = [error?.message ?? '', error?.hint ?? '', ...logTail].join('\n');
	return [...text.matchAll(packageFailure)].map(([, name = '']) => name);
}

/** As the engines tell of a test, with no way to tell where its command ends but to know it. */
const failedTests = ({tests}: LinePlan, {error}: LineView): readonly (readonly string[])[] =>
	tests.map(({run}) => run).filter(run => error?.message.startsWith(`The test ${run.join(' ')} failed: `));

/** What in the composition brought a package in: itself, the auto package that chose it, or what depends on it. */
function askedFor(planned: LinePlan, name: string): readonly string[] {
	const nameOf = ({name: own, requestedAs}: PlannedPackage) => requestedAs ?? own;
	const found = planned.packages.find(own => own.name === name);
	if (found?.role === 'added') return [nameOf(found)];
	const [root] = why(planned, name)?.packages ?? [];
	const origin = planned.packages.find(own => own.name === root);
	return origin?.role === 'added' ? [nameOf(origin)] : [];
}
