import type {Starter, StarterLine, Variant} from '../../src/catalog/starter.ts';
import type {Composition, RequestedPackage, SmokeTest} from '../../src/plan/composition.ts';
import {checkImageName, mostPackages} from '../../src/plan/composition/composition-rules.ts';
import type {Suggestion} from '../../src/plan/plan.ts';
import type {Variable} from './variables.ts';

/** A composition on its way: the same fields, but the name may still be missing. */
export type Draft = Composition;

/** An edit that the rules of DESIGN.md section 5 may refuse. */
export type Edited = {readonly kind: 'ok'; readonly draft: Draft} | {readonly kind: 'refused'; readonly reason: string};

export function newDraft(starter: Starter): Draft {
	return {
		name: '',
		description: '',
		starter: starter.name,
		variant: starter.variants[0] ?? 'minimal',
		lines: 'all',
		packages: [],
		env: {},
		bundles: [],
		config: {},
		tests: [],
	};
}

export const hasPackage = (draft: Draft, name: string): boolean =>
	draft.packages.some(requested => requested.name === name);

export function addPackage(draft: Draft, requested: RequestedPackage): Edited {
	if (!hasPackage(draft, requested.name) && draft.packages.length >= mostPackages) {
		return {kind: 'refused', reason: `A composition has at most ${mostPackages} packages. Remove one first.`};
	}
	const others = draft.packages.filter(({name}) => name !== requested.name);
	return {kind: 'ok', draft: {...draft, packages: [...others, requested]}};
}

/** Several at once: all of them or, where they would be too many, none. */
export function addPackages(draft: Draft, names: readonly string[]): Edited {
	const missing = names.filter(name => !hasPackage(draft, name));
	const count = draft.packages.length + missing.length;
	if (count > mostPackages) {
		const reason = `A composition has at most ${mostPackages} packages: with these it would have ${count}.`;
		return {kind: 'refused', reason};
	}
	return {
		kind: 'ok',
		draft: {...draft, packages: [...draft.packages, ...missing.map(name => ({name, version: null}))]},
	};
}

export const removePackages = (draft: Draft, names: readonly string[]): Draft => ({
	...draft,
	packages: draft.packages.filter(({name}) => !names.includes(name)),
});

export const removePackage = (draft: Draft, name: string): Draft => removePackages(draft, [name]);

export function togglePackage(draft: Draft, requested: RequestedPackage): Edited {
	const before = draft.packages.find(({name}) => name === requested.name);
	if (before && before.version === requested.version) {
		return {kind: 'ok', draft: removePackage(draft, requested.name)};
	}
	return addPackage(draft, requested);
}

/** @param renamed the name that the variable had before; it keeps its place */
export function setVariable(draft: Draft, {name, value}: Variable, renamed: string | null = null): Draft {
	const entries = Object.entries(draft.env);
	const place = renamed === null ? -1 : entries.findIndex(([own]) => own === renamed);
	if (place === -1) return {...draft, env: {...draft.env, [name]: value}};
	return {...draft, env: Object.fromEntries(entries.with(place, [name, value]))};
}

export const removeVariable = (draft: Draft, name: string): Draft => ({
	...draft,
	env: Object.fromEntries(Object.entries(draft.env).filter(([own]) => own !== name)),
});

export const toggleBundle = (draft: Draft, name: string): Draft => ({
	...draft,
	bundles: draft.bundles.includes(name) ? draft.bundles.filter(own => own !== name) : [...draft.bundles, name],
});

export const setVariant = (draft: Draft, variant: Variant): Draft => ({...draft, variant});

/** Takes a line in or leaves it out; the last one stays. */
export function toggleLine(draft: Draft, line: string, all: readonly string[]): Edited {
	const now = draft.lines === 'all' ? all : draft.lines;
	const next = all.filter(own => (own === line ? !now.includes(own) : now.includes(own)));
	if (next.length === 0) return {kind: 'refused', reason: 'An image needs at least one line.'};
	return {kind: 'ok', draft: {...draft, lines: next.length === all.length ? 'all' : next}};
}

export function applySuggestion(draft: Draft, suggestion: Suggestion, all: readonly string[]): Edited {
	switch (suggestion.kind) {
		case 'drop-package':
			return {kind: 'ok', draft: removePackage(draft, suggestion.package)};
		case 'change-several':
			return suggestion.changes.reduce<Edited>(
				(edited, change) => (edited.kind === 'ok' ? applySuggestion(edited.draft, change, all) : edited),
				{kind: 'ok', draft},
			);
		case 'drop-test': {
			const isOther = ({run}: SmokeTest) => run.join('\0') !== suggestion.run.join('\0');
			return draft.tests.every(isOther)
				? {kind: 'refused', reason: 'The test stands in a baseline that this image extends.'}
				: {kind: 'ok', draft: {...draft, tests: draft.tests.filter(isOther)}};
		}
		case 'leave-out-line':
			return toggleLine(draft, suggestion.line, all);
		case 'replace-package':
			return {
				kind: 'ok',
				draft: {
					...draft,
					packages: draft.packages.map(requested =>
						requested.name === suggestion.package ? {name: suggestion.by, version: null} : requested,
					),
				},
			};
		case 'lift-pin':
			return {
				kind: 'ok',
				draft: {
					...draft,
					packages: draft.packages.map(requested =>
						requested.name === suggestion.package ? {...requested, version: null} : requested,
					),
				},
			};
	}
}

/** Lines of the starter that the draft takes. */
export function linesOf(draft: Draft, starter: Starter | null): readonly StarterLine[] {
	const lines = starter?.lines ?? [];
	return draft.lines === 'all' ? lines : lines.filter(({line}) => draft.lines.includes(line));
}

/** Variables that the starter sets on a line that the draft takes. */
export function starterVariables(draft: Draft, starter: Starter | null): readonly string[] {
	return [...new Set(linesOf(draft, starter).flatMap(({config}) => Object.keys(config.env)))];
}

/** Why the draft cannot be saved yet, or null. */
export const nameProblem = (draft: Draft, taken: readonly string[]): string | null =>
	checkImageName(draft.name) ??
	(taken.includes(draft.name) ? `There is a private image “${draft.name}” already.` : null);
