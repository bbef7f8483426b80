import {collisionTexts} from '../../src/plan/collision-texts.ts';
import {shortSteps} from '../../src/plan/explain-conflict.ts';
import type {ExplainedConflict, LinePlan, Plan, PlannedPackage, Suggestion} from '../../src/plan/plan.ts';
import {hasPackage, type Draft} from '../composer/draft.ts';
import {inheritedBundles, inheritedVariables, type InheritedParts} from '../composer/inherited.ts';
import {matchesFilter} from '../lists/filter.ts';
import {rememberLast} from '../remember-last.ts';
import type {FolderId, PreviewPane} from './preview-pane.ts';

/** What a line has of a package, in the order of the plan's lines. */
export type Cell =
	| {readonly kind: 'version'; readonly version: string; readonly name: string}
	| {readonly kind: 'none'}
	/** An auto package found no member that fits here. */
	| {readonly kind: 'skipped'}
	/** The line has no plan. */
	| {readonly kind: 'unplanned'};

export type PreviewRow =
	| {readonly kind: 'line'; readonly line: LinePlan; readonly size: LineSize | null}
	/** Floating tags that are elsewhere in the starter itself, where a more advanced line does not fail. */
	| {readonly kind: 'tags'; readonly gained: readonly string[]; readonly lost: readonly string[]}
	/** A file that would be brought twice, as far as it is known before the build. */
	| {readonly kind: 'collision'; readonly line: string; readonly text: string}
	| {readonly kind: 'conflict'; readonly line: string; readonly text: string; readonly depth: number}
	| {
			readonly kind: 'suggestion';
			readonly line: string;
			readonly suggestion: Suggestion;
	  }
	| {readonly kind: 'folder'; readonly folder: FolderId; readonly count: number; readonly isOpen: boolean}
	| {
			readonly kind: 'package';
			readonly folder: FolderId;
			readonly name: string;
			readonly cells: readonly Cell[];
			/** Not in the plan before. */
			readonly isNew: boolean;
			readonly canRemove: boolean;
			/** Of a baseline. */
			readonly isInherited: boolean;
			readonly pinned: string | null;
	  }
	| {readonly kind: 'variable'; readonly name: string; readonly value: string; readonly isInherited: boolean}
	| {readonly kind: 'bundle'; readonly name: string; readonly isInherited: boolean}
	| {readonly kind: 'empty'; readonly text: string};

export interface LineSize {
	readonly installedBytes: number;
	/** What the composition adds to the starter. */
	readonly addedBytes: number;
	readonly packages: number;
}

export const folderTitles: Readonly<Record<FolderId, string>> = {
	added: 'Added packages',
	dependencies: 'Dependencies',
	starter: 'Starter image packages',
	'build-only': 'Only while building',
	variables: 'Variables',
	bundles: 'File bundles',
};

/** @param inherited what the draft has of baselines: shown with the rest, removed elsewhere */
export const previewRows = rememberLast(
	(pane: PreviewPane, draft: Draft, inherited: InheritedParts | null = null): readonly PreviewRow[] => {
		const {plan, filter} = pane;
		if (!plan) return [];
		const rows: PreviewRow[] = [];
		for (const line of plan.lines) {
			rows.push({kind: 'line', line, size: sizeOfLine(line)});
			const moved = movedTags(line);
			if (moved) rows.push(moved);
			rows.push(...collisionTexts(line).map((text): PreviewRow => ({kind: 'collision', line: line.line, text})));
			if (line.conflict) rows.push(...conflictRows(line.line, line.conflict));
		}
		const packages = packageRows(plan, pane.previous, draft);
		for (const folder of ['added', 'dependencies', 'starter', 'build-only'] as const) {
			const all = packages.get(folder) ?? [];
			const shown = filter.text === '' ? all : all.filter(row => matchesFilter(filter.text, row.name));
			if (folder === 'build-only' && all.length === 0) continue;
			if (filter.text !== '' && shown.length === 0) continue;
			const isOpen = pane.open.has(folder) || filter.text !== '';
			rows.push({kind: 'folder', folder, count: shown.length, isOpen});
			if (!isOpen) continue;
			rows.push(...shown);
			if (folder === 'added' && all.length === 0)
				rows.push({kind: 'empty', text: 'Nothing yet: add packages in pane 1'});
		}
		const put = (folder: 'variables' | 'bundles', below: readonly PreviewRow[]) => {
			const isOpen = pane.open.has(folder);
			rows.push({kind: 'folder', folder, count: below.length, isOpen}, ...(isOpen ? below : []));
		};
		const variable =
			(isInherited: boolean) =>
			([name, value]: readonly [string, string]): PreviewRow => ({kind: 'variable', name, value, isInherited});
		const bundle =
			(isInherited: boolean) =>
			(name: string): PreviewRow => ({kind: 'bundle', name, isInherited});
		put('variables', [
			...Object.entries(draft.env).map(variable(false)),
			...inheritedVariables(inherited, draft).map(variable(true)),
		]);
		put('bundles', [...draft.bundles.map(bundle(false)), ...inheritedBundles(inherited, draft).map(bundle(true))]);
		return rows;
	},
);

function movedTags({tags, starterTags}: LinePlan): PreviewRow | null {
	if (!starterTags) return null;
	const gained = tags.filter(tag => !starterTags.includes(tag));
	const lost = starterTags.filter(tag => !tags.includes(tag));
	return gained.length + lost.length > 0 ? {kind: 'tags', gained, lost} : null;
}

function conflictRows(line: string, conflict: ExplainedConflict): readonly PreviewRow[] {
	const {explanationFile} = conflict;
	return [
		{kind: 'conflict', line, text: conflict.summary, depth: 0},
		...shortSteps(conflict).map((step): PreviewRow => ({kind: 'conflict', line, text: step.text, depth: 1})),
		...(explanationFile === undefined
			? []
			: [{kind: 'conflict', line, text: `All of it: ${explanationFile}`, depth: 1} as const]),
		...conflict.suggestions.map((suggestion): PreviewRow => ({kind: 'suggestion', line, suggestion})),
	];
}

type PackageRow = Extract<PreviewRow, {kind: 'package'}>;

/** One row a package; an auto package is one row under its own name, with the member that each line took. */
function packageRows(plan: Plan, previous: Plan | null, draft: Draft): ReadonlyMap<FolderId, readonly PackageRow[]> {
	const known = previous && new Set(previous.lines.flatMap(line => line.packages.map(({name}) => name)));
	const folders = new Map<FolderId, Map<string, PackageRow>>();
	const put = (folder: FolderId, name: string, place: number, cell: Cell, isNew: boolean) => {
		const rows = folders.get(folder) ?? new Map<string, PackageRow>();
		folders.set(folder, rows);
		const before = rows.get(name);
		const cells =
			before?.cells ?? plan.lines.map((line): Cell => (line.status === 'ok' ? {kind: 'none'} : {kind: 'unplanned'}));
		rows.set(name, {
			kind: 'package',
			folder,
			name,
			cells: cells.with(place, cell),
			isNew: isNew || (before?.isNew ?? false),
			canRemove: folder === 'added' && hasPackage(draft, name),
			isInherited: folder === 'added' && !hasPackage(draft, name),
			pinned: draft.packages.find(requested => requested.name === name)?.version ?? null,
		});
	};
	// What was asked for is shown though no line has it: all lines in conflict, or an auto skipped everywhere.
	for (const {name} of draft.packages) {
		for (const [place, line] of plan.lines.entries()) {
			if (line.status !== 'ok') put('added', name, place, {kind: 'unplanned'}, false);
			else if (line.skippedAutos.includes(name)) put('added', name, place, {kind: 'skipped'}, false);
			else put('added', name, place, {kind: 'none'}, false);
		}
	}
	for (const [place, line] of plan.lines.entries()) {
		for (const planned of line.packages) {
			const cell: Cell = {kind: 'version', version: planned.version, name: planned.name};
			const isNew = known !== null && !known.has(planned.name);
			put(folderOf(planned), planned.requestedAs ?? planned.name, place, cell, isNew);
		}
	}
	const byName = (a: PackageRow, b: PackageRow) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
	return new Map(
		[...folders].map(([folder, rows]) => [
			folder,
			// Added packages stay in the order in which they were added.
			folder === 'added' ? [...rows.values()] : [...rows.values()].sort(byName),
		]),
	);
}

function folderOf({role, inImage}: PlannedPackage): FolderId {
	if (role === 'added') return 'added';
	if (!inImage || role === 'build-only') return 'build-only';
	return role === 'starter' ? 'starter' : 'dependencies';
}

export function sizeOfLine(line: LinePlan): LineSize | null {
	if (line.status !== 'ok') return null;
	const inImage = line.packages.filter(planned => planned.inImage);
	const sum = (packages: readonly PlannedPackage[]) => packages.reduce((bytes, own) => bytes + own.installedSize, 0);
	return {
		installedBytes: line.installedSizeBytes,
		addedBytes: sum(inImage.filter(planned => !planned.inStarter || planned.isPromoted === true)),
		packages: inImage.length,
	};
}
