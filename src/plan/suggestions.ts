import type {Composition, RequestedPackage} from './composition.ts';
import {noFamilies} from './families.ts';
import type {LinePlan, Suggestion} from './plan.ts';
import {isBuildable} from './plan-line.ts';
import type {PlanRequest} from './plan-request.ts';

/** Trying costs a planning of the line each. */
const mostAttempts = 12;

interface Situation {
	readonly request: PlanRequest;
	/** The line in conflict. */
	readonly line: LinePlan;
	readonly lines: readonly LinePlan[];
}

/** Ways out of a line's conflict, each of which was planned and works. */
export function suggestionsFor({request, line, lines}: Situation): readonly Suggestion[] {
	const {composition, starter, indexes, families = noFamilies} = request;
	const starterLine = starter.lines.find(candidate => candidate.line === line.line);
	const index = indexes.get(line.suite);
	if (starterLine === undefined || index === undefined || line.conflict === null) return [];
	let attempts = 0;
	const works = (packages: readonly RequestedPackage[]) => {
		if (attempts++ >= mostAttempts) return false;
		const changed: Composition = {...composition, packages};
		return isBuildable({composition: changed, line: starterLine, index, families, signal: request.signal});
	};
	const blamed = new Set(line.conflict.steps.map(step => step.package));
	const isBlamed = ({name}: RequestedPackage) =>
		blamed.has(families.isAuto(name) ? families.chooseAutoMember(name, starterLine, index) : name);
	const suggestions: Suggestion[] = [];
	for (const wanted of composition.packages.filter(isBlamed)) {
		const {name, version} = wanted;
		const others = composition.packages.filter(other => other !== wanted);
		const instead = (package_: RequestedPackage) =>
			composition.packages.map(other => (other === wanted ? package_ : other));
		if (version !== null && works(instead({name, version: null}))) {
			suggestions.push({kind: 'lift-pin', package: name, text: `Take ${name} without its version ${version}.`});
		}
		const names = new Set(composition.packages.map(other => other.name));
		const by = families
			.alternativesOf(name, starterLine, index)
			.filter(other => !names.has(other))
			.slice(0, 3)
			.find(other => works(instead({name: other, version: null})));
		if (by !== undefined) {
			suggestions.push({kind: 'replace-package', package: name, by, text: `Take ${by} instead of ${name}.`});
		}
		if (works(others)) suggestions.push({kind: 'drop-package', package: name, text: `Leave out ${name}.`});
	}
	if (lines.some(other => other.status === 'ok')) {
		suggestions.push({
			kind: 'leave-out-line',
			line: line.line,
			text: `Leave out the line ${line.line}; the others can be built.`,
		});
	}
	return suggestions;
}
