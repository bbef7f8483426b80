import type {Draft} from './draft.ts';

/** A difference between a saved composition and the draft of it, in words. */
export interface DraftChange {
	readonly kind: 'added' | 'removed' | 'changed';
	readonly text: string;
}

/** All that an edit changes, except the description: that stands in the same form. */
export function changesSinceSaved(saved: Draft, draft: Draft): readonly DraftChange[] {
	return [
		...diff('package', packagesOf(saved), packagesOf(draft)),
		...diff('variable', entriesOf(saved.env), entriesOf(draft.env)),
		...diff('bundle', saved.bundles, draft.bundles),
		...diff('baseline', saved.extends ?? [], draft.extends ?? []),
		...change('lines', saved.lines, draft.lines),
		...change('variant', saved.variant, draft.variant),
		...change('platforms', saved.platforms, draft.platforms),
		...configChanges(saved, draft),
		...(isSame(saved.tests, draft.tests) ? [] : [{kind: 'changed', text: 'tests'} as const]),
	];
}

const packagesOf = ({packages}: Draft) => packages.map(({name, version}) => (version ? `${name}=${version}` : name));

const entriesOf = (record: object) => Object.entries(record).map(([name, value]) => `${name}=${String(value)}`);

function configChanges({config: saved}: Draft, {config: draft}: Draft): readonly DraftChange[] {
	const {labels: savedLabels = {}, ...before} = saved;
	const {labels = {}, ...after} = draft;
	const [old, now] = [
		new Map<string, unknown>(Object.entries(before)),
		new Map<string, unknown>(Object.entries(after)),
	];
	const names = [...new Set([...old.keys(), ...now.keys()])];
	return [
		...diff('label', entriesOf(savedLabels), entriesOf(labels)),
		...names.flatMap(name => change(name, old.get(name), now.get(name))),
	];
}

function diff(label: string, before: readonly string[], after: readonly string[]): readonly DraftChange[] {
	return [
		...after
			.filter(text => !before.includes(text))
			.map((text): DraftChange => ({kind: 'added', text: `${label} ${text}`})),
		...before
			.filter(text => !after.includes(text))
			.map((text): DraftChange => ({kind: 'removed', text: `${label} ${text}`})),
	];
}

function change(label: string, before: unknown, after: unknown): readonly DraftChange[] {
	if (isSame(before, after)) return [];
	return [{kind: 'changed', text: `${label}: ${textOf(before)} becomes ${textOf(after)}`}];
}

const isSame = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after);

function textOf(value: unknown): string {
	if (value === undefined || value === null) return 'the starter’s';
	return Array.isArray(value) ? value.join(' ') : typeof value === 'string' ? value : JSON.stringify(value);
}
