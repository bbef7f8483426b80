import {safeText} from '../base/safe-text.ts';
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
	return [
		`  tags      ${safeText(line.tags.join(' '))}`,
		`  packages  ${inImage.length} in the image: ${inImage.filter(({role}) => role === 'added').length} added, ${plural(dependencies, 'dependency', 'dependencies')}; ${formatBytes(line.installedSizeBytes)} installed, ${formatBytes(line.downloadSizeBytes)} to download`,
		...(shown.length > 0 ? formatTable(shown.map(packageRow)).split('\n') : []),
		...line.skippedAutos.map(auto => style('yellow', `  skipped   ${safeText(auto)}: no member fits this line`)),
	];
}

const packageRow = ({name, version, role, requestedAs, installedSize}: PlannedPackage) => [
	`    ${safeText(name)}`,
	safeText(version),
	formatBytes(installedSize),
	style('dim', requestedAs === null ? role : `${role} by ${safeText(requestedAs)}`),
];

export function conflictText({summary, steps, suggestions}: ExplainedConflict): string {
	return [
		`  ${safeText(summary)}`,
		...steps.map(({text}) => `    ${safeText(text)}`),
		...(suggestions.length > 0 ? ['  What works instead:'] : []),
		...suggestions.map(({text}) => `    - ${safeText(text)}`),
	].join('\n');
}
