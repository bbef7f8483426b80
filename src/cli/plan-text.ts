import {safeText} from '../base/safe-text.ts';
import {addedSizes, type AddedSize} from '../plan/added-sizes.ts';
import {collisionTexts} from '../plan/collision-texts.ts';
import {shortSteps} from '../plan/explain-conflict.ts';
import type {ExplainedConflict, LinePlan, Plan, PlannedPackage} from '../plan/plan.ts';
import {formatBytes, formatTable, plural} from './format.ts';
import {style} from './terminal.ts';

/** A plan for people: a block for every line. */
export function planText(plan: Plan, {allPackages}: {readonly allPackages: boolean}): string {
	const plans = [plan, ...(plan.platforms ?? [])];
	const architectures = plans.map(({architecture}) => architecture).join(' and ');
	const heading = `${style('bold', safeText(plan.image))}: ${safeText(plan.starter)}, ${plan.variant}, ${architectures}`;
	return [heading, ...plan.lines.map(line => lineText(line, allPackages, plans))].join('\n\n');
}

function lineText(line: LinePlan, allPackages: boolean, plans: readonly Plan[]): string {
	const name = `${style('bold', safeText(line.line))}  ${safeText(line.version)} in ${safeText(line.suite)}`;
	switch (line.status) {
		case 'skipped':
			return `${name}  ${style('yellow', 'skipped')}\n  ${safeText(line.reason ?? 'The composition leaves it out.')}`;
		case 'conflict':
			return `${name}  ${style('red', 'conflict')}\n${line.conflict ? conflictText(line.conflict) : ''}`;
		case 'ok':
			return [`${name}  ${style('green', 'ok')}`, ...okText(line, allPackages), ...platformRows(line, plans)].join(
				'\n',
			);
	}
}

function okText(line: LinePlan, allPackages: boolean): readonly string[] {
	const inImage = line.packages.filter(entry => entry.inImage);
	const shown = allPackages ? line.packages : line.packages.filter(({role}) => role === 'added');
	const dependencies = inImage.filter(({role}) => role === 'dependency').length;
	const alone = new Map(addedSizes(line).map(entry => [entry.name, entry]));
	return [
		`  tags      ${safeText(line.tags.join(' '))}`,
		...otherTags(line),
		`  packages  ${inImage.length} in the image: ${inImage.filter(({role}) => role === 'added').length} added, ${plural(dependencies, 'dependency', 'dependencies')}; ${formatBytes(line.installedSizeBytes)} installed, ${formatBytes(line.downloadSizeBytes)} to download`,
		...(shown.length > 0 ? formatTable(shown.map(entry => packageRow(entry, alone.get(entry.name)))).split('\n') : []),
		...line.skippedAutos.map(auto => style('yellow', `  skipped   ${safeText(auto)}: no member fits this line`)),
		...collisionTexts(line).map(text => `  ${style('yellow', `collides  ${safeText(text)}`)}`),
	];
}

/** Tags that the starter itself gives to this line, and tags that it has only because a more advanced line has no image. */
function otherTags({tags, starterTags = tags}: LinePlan): readonly string[] {
	const more = tags.filter(tag => !starterTags.includes(tag));
	const less = starterTags.filter(tag => !tags.includes(tag));
	return [
		...(more.length > 0 ? [`  ${style('yellow', `not so in the starter: ${safeText(more.join(' '))}`)}`] : []),
		...(less.length > 0 ? [`  ${style('yellow', `only in the starter: ${safeText(less.join(' '))}`)}`] : []),
	];
}

/** One row a platform, where there are several. */
function platformRows({line}: LinePlan, plans: readonly Plan[]): readonly string[] {
	if (plans.length < 2) return [];
	return plans.flatMap(({architecture, lines}) => {
		const own = lines.find(candidate => candidate.line === line);
		if (own === undefined) return [];
		const count = own.packages.filter(({inImage}) => inImage).length;
		return `  ${architecture.padEnd(8)}  ${safeText(own.version)}, ${plural(count, 'package')}, ${formatBytes(own.installedSizeBytes)} installed`;
	});
}

/** An added package with what it alone adds: itself and what nothing else needs. */
function packageRow(
	{name, version, role, requestedAs, installedSize}: PlannedPackage,
	alone: AddedSize | undefined,
): readonly string[] {
	const reason = requestedAs === null ? role : `${role} by ${safeText(requestedAs)}`;
	const brought = alone === undefined ? 0 : alone.packages.filter(other => other !== name).length;
	const more =
		alone === undefined || brought === 0
			? ''
			: `; alone adds ${formatBytes(alone.installedSizeBytes)} with ${plural(brought, 'dependency', 'dependencies')}`;
	return [`    ${safeText(name)}`, safeText(version), formatBytes(installedSize), style('dim', reason + more)];
}

export function conflictText(conflict: ExplainedConflict): string {
	const {summary, suggestions, explanationFile} = conflict;
	return [
		`  ${safeText(summary)}`,
		...shortSteps(conflict).map(({text}) => `    ${safeText(text)}`),
		...(suggestions.length > 0 ? ['  What works instead:'] : []),
		...suggestions.map(({text}) => `    - ${safeText(text)}`),
		...(explanationFile === undefined ? [] : [style('dim', `  All of it: ${safeText(explanationFile)}`)]),
	].join('\n');
}
