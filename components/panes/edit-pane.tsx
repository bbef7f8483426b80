import type {AppState} from '../../state/app-state.ts';
import {startersOf} from '../../state/app-state.ts';
import {draftOf, tabIds, type Composer, type TabId} from '../../state/composer/composer.ts';
import type {DetailRow} from '../../state/composer/detail-rows.ts';
import {detailRowsOf, takeableBundles, variableRows} from '../../state/composer/rows-at-cursor.ts';
import {inheritedVariables} from '../../state/composer/inherited.ts';
import {starterVariables} from '../../state/composer/draft.ts';
import {looksSecret} from '../../state/composer/variables.ts';
import type {Area} from '../../state/layout.ts';
import {editParts} from '../../state/lists/list-areas.ts';
import {searchRange} from '../../state/search/search-range.ts';
import {searchRows} from '../../state/search/search-pane.ts';
import {fieldLine} from '../ui/field-line.ts';
import {Frame, paneTitle, type FramedRow} from '../ui/frame.tsx';
import {columns, lineOf, lineWidth, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {endOfLife} from '../format/end-of-life.ts';
import {count} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import {emptyRows, filterFooter, listRows, position} from './pane-view.ts';
import {rangeFooter, searchFooter, searchLine} from './search-rows.ts';

interface EditPaneProps {
	readonly state: AppState;
	readonly composer: Composer;
	readonly area: Area;
	readonly hasFocus: boolean;
}

interface Content {
	readonly rows: readonly FramedRow[];
	readonly note: Line;
	readonly footer: readonly Line[];
}

/** Pane 1: what goes into the image, in tabs: packages, variables, file bundles, details. */
export function EditPane({state, composer, area, hasFocus}: EditPaneProps) {
	const {symbols} = useLook();
	const {list, footerRows} = editParts(area, composer.tab);
	const width = area.width - 2;
	const content = tabContent(state, composer, list, hasFocus, symbols);
	const refusal: readonly Line[] = composer.refusal ? [[span(composer.refusal, 'error')]] : [];
	const said = [...refusal, ...content.footer];
	const footer = said.slice(0, footerRows);
	const rows = [
		{line: tabsLine(composer, width)},
		...content.rows,
		...Array.from({length: footerRows - footer.length}, (): FramedRow => ({line: []})),
		...footer.map(line => ({line: lineOf(' ', line)})),
	];
	const isFiltering = state.isFiltering && hasFocus;
	const filter = composer.tab === 'packages' ? [] : filterFooter(composer.filters[composer.tab], isFiltering);
	// Where nothing is below the list, its border says it.
	const inBorder =
		footerRows > 0 ? [] : isFiltering || !said[0] ? filter : (refusal[0] ?? (filter.length > 0 ? filter : said[0]));
	const room = Math.max(0, area.height - 2);
	return (
		<Frame
			area={area}
			title={paneTitle('1', 'Compose', hasFocus)}
			note={content.note}
			footer={inBorder}
			hasFocus={hasFocus}
			rows={rows.slice(0, room)}
			label="What goes into the image"
		/>
	);
}

const tabTitles: Readonly<Record<TabId, string>> = {
	packages: 'Packages',
	variables: 'Variables',
	bundles: 'Bundles',
	details: 'Image',
};

function tabsLine(composer: Composer, width: number): Line {
	const draft = draftOf(composer);
	const counts: Readonly<Record<TabId, number>> = {
		packages: draft.packages.length,
		variables: Object.keys(draft.env).length,
		bundles: draft.bundles.length,
		details: 0,
	};
	const lineWith = (gap: number, isShort: boolean): Line =>
		lineOf(
			' ',
			...tabIds.flatMap((id, at): Line => {
				const title = isShort && id !== composer.tab ? tabTitles[id].slice(0, 3) : tabTitles[id];
				const number = counts[id] > 0 ? span(` ${counts[id]}`, 'muted') : span('');
				const name = id === composer.tab ? {text: title, bold: true, underline: true} : span(title, 'muted');
				return [...(at === 0 ? [] : [span(' '.repeat(gap))]), name, number];
			}),
		);
	// Whole words as long as there is room for them.
	const whole = [3, 2].map(gap => lineWith(gap, false)).find(line => lineWidth(line) <= width);
	return whole ?? lineWith(2, true);
}

function tabContent(state: AppState, composer: Composer, list: Area, hasFocus: boolean, symbols: Symbols): Content {
	switch (composer.tab) {
		case 'packages':
			return packagesContent(state, composer, list, hasFocus, symbols);
		case 'variables':
			return variablesContent(state, composer, list, hasFocus, symbols);
		case 'bundles':
			return bundlesContent(state, composer, list, hasFocus, symbols);
		case 'details':
			return detailsContent(state, composer, list, hasFocus, symbols);
	}
}

function packagesContent(
	state: AppState,
	composer: Composer,
	list: Area,
	hasFocus: boolean,
	symbols: Symbols,
): Content {
	const {search} = composer;
	const isTyping = hasFocus && search.isTyping && !state.dialog;
	const draft = draftOf(composer);
	const rows = searchRows(search, draft);
	const range = searchRange(search, draft);
	const field = lineOf(
		span(isTyping ? ' / ' : ' / ', isTyping ? 'accent' : 'muted'),
		fieldLine(search.field, list.width - 4, isTyping, 'name or description of a package', symbols.newline),
	);
	const drawn =
		rows.length > 0
			? listRows(
					rows,
					search.cursor,
					list.height,
					hasFocus && !search.isTyping,
					(row, isAtCursor) => searchLine(row, list.width, symbols, isAtCursor),
					range,
				)
			: emptyRows(list.height, emptySearchLines(state, composer));
	const total = search.result && search.field.text.trim() !== '' ? search.result.total : 0;
	return {
		rows: [{line: field}, ...drawn],
		note: total > 0 ? [span(`${total} ${total === 1 ? 'family' : 'families'}`, 'muted')] : [],
		footer: range ? rangeFooter(rows.slice(range.first, range.last + 1), draft) : searchFooter(rows[search.cursor.at]),
	};
}

function emptySearchLines({repository}: AppState, {search}: Composer): readonly Line[] {
	if (search.problem) return [[span(search.problem, 'error')]];
	if (repository.kind === 'failed') return [[span('There are no package lists yet.', 'warning')]];
	if (repository.kind === 'refreshing' && repository.isFirst)
		return [[span('The package lists are on their way.', 'muted')]];
	if (search.field.text.trim() === '') {
		return [
			['Type to search: curl, php-imagick, postgresql client'].map(text => span(text, 'muted')),
			[],
			[span('⏎ adds, ⏎ again takes away. The preview follows.', 'muted')],
		];
	}
	if (search.result?.query !== search.field.text.trim()) return [[span('Searching', 'muted')]];
	return [[{text: `No package matches “${search.field.text.trim()}”.`}], [span('Fewer letters find more.', 'muted')]];
}

function variablesContent(
	state: AppState,
	composer: Composer,
	list: Area,
	hasFocus: boolean,
	symbols: Symbols,
): Content {
	const draft = draftOf(composer);
	const variables = variableRows(composer);
	const inherited = inheritedVariables(composer.inherited, draft).map(([name]) => name);
	const starter = startersOf(state).find(({name}) => name === draft.starter) ?? null;
	const cursor = composer.cursors.variables;
	const nameWidth = Math.min(30, Math.max(10, ...variables.map(([name]) => name.length)));
	const rows =
		variables.length > 0
			? listRows(variables, cursor, list.height, hasFocus, ([name, value], isAtCursor) =>
					lineOf(
						isAtCursor ? span(symbols.cursor, 'accent') : ' ',
						' ',
						columns(list.width - 3, [
							{line: [span(name)], width: nameWidth},
							{line: [span(value.replaceAll('\n', symbols.newline), 'muted')], width: 'rest'},
							{line: looksSecret(name, value) ? [span('secret?', 'warning')] : [], width: 8},
						]),
					),
				)
			: emptyRows(
					list.height,
					composer.filters.variables.text !== ''
						? noMatch
						: [
								[span('No variables of your own yet.')],
								[],
								[span('n', 'key'), span(' types one; or paste KEY=VALUE lines, many at once.', 'muted')],
								[],
								[span(`The starter sets ${starterVariables(draft, starter).join(', ') || 'none'}.`, 'muted')],
								...(inherited.length > 0 ? [[span(`Baselines set ${inherited.join(', ')}.`, 'muted')]] : []),
							],
				);
	const at = variables[cursor.at];
	const footer: Line[] = [];
	if (at && looksSecret(at[0], at[1])) {
		footer.push([span('Looks like a secret: everyone who has the image can read it.', 'warning')]);
	}
	return {rows, note: position(cursor, variables.length), footer};
}

function bundlesContent(state: AppState, composer: Composer, list: Area, hasFocus: boolean, symbols: Symbols): Content {
	const draft = draftOf(composer);
	const bundles = takeableBundles(state, composer);
	const cursor = composer.cursors.bundles;
	const rows =
		bundles.length > 0
			? listRows(bundles, cursor, list.height, hasFocus, (bundle, isAtCursor) => {
					const isTaken = draft.bundles.includes(bundle.name);
					return lineOf(
						isAtCursor ? span(symbols.cursor, 'accent') : ' ',
						span(` ${isTaken ? symbols.added : symbols.notAdded} `, isTaken ? 'good' : 'muted'),
						columns(list.width - 4, [
							{line: [span(bundle.name)], width: 'rest'},
							{line: [span(bundle.kind, 'muted')], width: 12},
							{line: [span(count(bundle.files.length, 'file'), 'muted')], width: 9, align: 'right'},
							{line: [span(`v${bundle.version}`, 'muted')], width: 4, align: 'right'},
						]),
					);
				})
			: emptyRows(
					list.height,
					composer.filters.bundles.text !== ''
						? noMatch
						: [
								[span(state.bundles.kind === 'failed' ? state.bundles.reason : 'There are no file bundles yet.')],
								[],
								[span('Certificates and files that images share.', 'muted')],
								[
									span('n', 'key'),
									span(' adds one, ', 'muted'),
									span('F', 'key'),
									span(' shows the file repository.', 'muted'),
								],
							],
				);
	return {rows, note: position(cursor, bundles.length), footer: []};
}

function detailsContent(state: AppState, composer: Composer, list: Area, hasFocus: boolean, symbols: Symbols): Content {
	const draft = draftOf(composer);
	const items = detailRowsOf(state, composer);
	const cursor = composer.cursors.details;
	const rows =
		items.length > 0
			? listRows(items, cursor, list.height, hasFocus, (row, isAtCursor) =>
					lineOf(
						isAtCursor ? span(symbols.cursor, 'accent') : ' ',
						' ',
						columns(list.width - 3, [
							{line: [span(row.label, 'muted')], width: 13},
							{line: detailValue(row, composer, state.nowMs, symbols), width: 'rest'},
						]),
					),
				)
			: emptyRows(list.height, noMatch);
	const baselines = draft.extends?.length ? `, extends ${draft.extends.join(', ')}` : '';
	return {rows, note: [span(`starter ${draft.starter}${baselines}`, 'muted')], footer: []};
}

function detailValue(row: DetailRow, {saved}: Composer, nowMs: number, symbols: Symbols): Line {
	const {value} = row;
	switch (row.kind) {
		case 'name':
			return [
				value ? span(value) : span('asked for when you save', 'muted'),
				span(saved === null ? '' : '  fixed', 'muted'),
			];
		case 'description':
			return [value ? span(value) : span('none', 'muted')];
		case 'variant': {
			const about = value === 'dev' ? 'with shell and package manager' : 'no shell, no package manager';
			return [span(value), span(`  ${about}`, 'muted')];
		}
		case 'config':
			return [row.isOwn ? span(value) : span(value || 'none', 'muted')];
		case 'line': {
			const {line, isTaken} = row;
			return [
				span(isTaken ? symbols.added : symbols.notAdded, isTaken ? 'good' : 'muted'),
				span(` ${line.version}`),
				span(`  ${line.suite}  `, 'muted'),
				...(line.endOfLife ? endOfLife(line.endOfLife, nowMs) : []),
			];
		}
		case 'test':
			return row.test ? [span(value)] : [span('none  ', 'muted'), span('E', 'key'), span(' writes them', 'muted')];
	}
}

const noMatch: readonly Line[] = [[span('Nothing matches.', 'muted')]];
