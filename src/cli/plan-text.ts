import {safeText} from '../base/safe-text.ts';
import {addedSizes, type AddedSize} from '../plan/added-sizes.ts';
import {collisionTexts} from '../plan/collision-texts.ts';
import {shortSteps} from '../plan/explain-conflict.ts';
import type {ExplainedConflict, LinePlan, Plan, PlannedPackage} from '../plan/plan.ts';
import {formatBytes, formatTable, plural} from './format.ts';
import {style} from './terminal.ts';

/** A plan for people: a block for every line. */
export function planText(plan: Plan, {allPackages}: {readonly allPackages: boolean}): string {
	const heading = `${style('bold', safeText(plan.image))}: ${safeText(plan.starter)}, ${plan.variant}, ${plan.architecture}`;
	return [heading, ...plan.lines.map(line => lineText(line, allPackages))].join('\n\n');
}

function lineText(line: LinePlan, allPackages: boolean): string {
	const name = `${style('bold', safeText(line.line))}  ${safeText(line.version)} in ${safeText(line.suite)}`;
	switch (line.status) {
		case 'skipped':
			return `${name}  ${style('yellow', 'skipped')}\n  ${safeText(line.reason ?? 'The composition leaves it out.')}`;
		case 'conflict':
			return `${name}  ${style('red', 'conflict')}\n${line.conflict ? conflictText(line.conflict) : ''}`;
		case 'ok':
			return [`${name}  ${style('green', 'ok')}`, ...okText(line, allPackages)].join('\n');
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
