import {safeText} from '../../base/safe-text.ts';
import {SlipwayError} from '../../base/errors.ts';
import type {IndexesByRelease, Starter} from '../../catalog/starter.ts';
import type {Composition, CompositionProblem} from '../composition.ts';
import type {FamilyChoices} from '../families.ts';
import {noFamilies} from '../families.ts';
import {checkPackageCount, checkVariable} from './composition-rules.ts';
import {nearestNames} from './nearest-names.ts';
import type {FieldLocator} from './parse-composition.ts';

export interface CompositionSurroundings {
	readonly starters: readonly Starter[];
	readonly indexes: IndexesByRelease;
	readonly families?: FamilyChoices;
	/** Names in the file repository; null where it was not looked into. */
	readonly bundles?: readonly string[] | null;
	/** From parseComposition, to name line and column. */
	readonly locate?: FieldLocator;
}

/** The checks that need the catalogue and the repository: starter, variant, lines, packages, variables, bundles. */
export function checkComposition(
	composition: Composition,
	{starters, indexes, families = noFamilies, bundles = null, locate = locateNowhere}: CompositionSurroundings,
): readonly CompositionProblem[] {
	const problems: CompositionProblem[] = [];
	const report = (path: readonly PropertyKey[], message: string, mend: string | null) => {
		problems.push({...locate(path), message, mend});
	};
	const starter = starters.find(({name}) => name === composition.starter);
	if (starter === undefined) {
		const names = starters.map(({name}) => name);
		const message = `There is no starter image ${composition.starter}.`;
		report(['starter'], message, didYouMean(nearestNames(composition.starter, names)) ?? 'See `slipway starters`.');
	} else {
		checkAgainstStarter(composition, starter, report);
	}
	const tooMany = checkPackageCount(composition.packages.length);
	if (tooMany !== null) report(['packages'], tooMany, 'Split the image in two.');
	if (indexes.size > 0) {
		for (const [place, {name}] of composition.packages.entries()) {
			if (families.isAuto(name) || isKnown(name, indexes)) continue;
			const nearest = families.nearestNames(name);
			report(['packages', place], `There is no package ${name}.`, didYouMean(nearest) ?? 'See `slipway search`.');
		}
	}
	if (bundles !== null) {
		for (const [place, name] of composition.bundles.entries()) {
			if (bundles.includes(name)) continue;
			const mend = didYouMean(nearestNames(name, bundles)) ?? `Add it: \`slipway bundle add ${name} PATH\`.`;
			report(['bundles', place], `There is no file bundle ${name}.`, mend);
		}
	}
	return problems;
}

/** All problems as the one error that a command ends with. */
export function compositionRefused(problems: readonly CompositionProblem[]): SlipwayError {
	const [first] = problems;
	const name = first?.file ?? 'The composition';
	return new SlipwayError('bad-input', `${name} cannot be used:\n${problems.map(problemText).join('\n')}`, {
		hint: problems.length === 1 ? (first?.mend ?? undefinedHint) : undefinedHint,
		details: {problems: problems.length},
	});
}

const undefinedHint = 'Mend the composition and try again; nothing was changed.';

/** `php.yaml:3:5: packages[0]: There is no package crul. Did you mean curl?` */
export function problemText({file, line, column, field, message, mend}: CompositionProblem): string {
	const place = [file, line, line === null ? null : column].filter(part => part !== null).join(':');
	const text = [place, field, mend === null ? message : `${message} ${mend}`].filter(part => part !== '').join(': ');
	// Keys and names are the file's own.
	return safeText(text);
}

function checkAgainstStarter(
	{variant, lines, env}: Composition,
	starter: Starter,
	report: (path: readonly PropertyKey[], message: string, mend: string | null) => void,
): void {
	if (!starter.variants.includes(variant)) {
		report(['variant'], `${starter.name} has no variant ${variant}.`, `It has ${starter.variants.join(' and ')}.`);
	}
	const known = starter.lines.map(({line}) => line);
	for (const [place, line] of (lines === 'all' ? [] : lines).entries()) {
		if (!known.includes(line)) {
			report(['lines', place], `${starter.name} has no line ${line}.`, `Its lines are ${known.join(', ')}.`);
		}
	}
	const own = new Set(starter.lines.flatMap(({config}) => Object.keys(config.env)));
	for (const [name, value] of Object.entries(env)) {
		const reason = checkVariable(name, value, own);
		if (reason !== null) report(['env', name], reason, own.has(name) ? 'Leave it out.' : null);
	}
}

function isKnown(name: string, indexes: IndexesByRelease): boolean {
	for (const index of indexes.values()) {
		if (index.packagesNamed(name).length > 0 || index.providersOf(name).length > 0) return true;
	}
	return false;
}

function didYouMean(names: readonly string[]): string | null {
	return names.length === 0 ? null : `Did you mean ${names.slice(0, 3).join(', ')}?`;
}

/** For a composition that stands in no file. */
export const locateNowhere: FieldLocator = path => ({
	file: null,
	line: null,
	column: null,
	field: path.reduce<string>(
		(name, key) => (typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${String(key)}`),
		'',
	),
});
