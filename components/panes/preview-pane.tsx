import type {AppState} from '../../state/app-state.ts';
import {draftOf, type Composer} from '../../state/composer/composer.ts';
import {sortedTags} from '../../state/gallery/gallery.ts';
import type {Area} from '../../state/layout.ts';
import {insideFrame} from '../../state/lists/list-areas.ts';
import type {PreviewPane as PreviewPaneState} from '../../state/preview/preview-pane.ts';
import {folderTitles, previewRows, type Cell, type PreviewRow} from '../../state/preview/preview-rows.ts';
import {count, formatBytes, formatChange} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import {Frame, paneTitle} from '../ui/frame.tsx';
import {columns, lineOf, lineVersion, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {fieldLine} from '../ui/field-line.ts';
import {emptyRows, listRows} from './pane-view.ts';
import {shortVersion} from './search-rows.ts';

interface PreviewPaneProps {
	readonly state: AppState;
	readonly composer: Composer;
	readonly area: Area;
	readonly hasFocus: boolean;
}

/** Pane 2: every line of the draft as it would be built now. */
export function PreviewPane({state, composer, area, hasFocus}: PreviewPaneProps) {
	const {symbols} = useLook();
	const {preview} = composer;
	const inside = insideFrame(area);
	const rows = previewRows(preview, draftOf(composer), composer.inherited);
	const lineNames = preview.plan?.lines.map(({line}) => line) ?? [];
	const drawn =
		rows.length > 0
			? listRows(rows, preview.cursor, inside.height, hasFocus, (row, isAtCursor) =>
					previewLine(row, inside.width, lineNames, symbols, isAtCursor),
				)
			: emptyRows(inside.height, emptyLines(state, composer));
	return (
		<Frame
			area={area}
			title={paneTitle('2', 'SBOM preview', hasFocus)}
			note={noteLine(composer)}
			footer={footerLine(state, composer, hasFocus)}
			hasFocus={hasFocus}
			rows={drawn}
			label="What every line will contain"
		/>
	);
}

function noteLine({preview}: Composer): Line {
	switch (preview.status) {
		case 'planning':
			return [span('planning', 'muted')];
		case 'refused':
			return [span('refused', 'error')];
		case 'idle':
			return [];
		case 'planned': {
			const lines = preview.plan?.lines ?? [];
			const conflicts = lines.filter(({status}) => status === 'conflict').length;
			return conflicts > 0
				? [span(count(conflicts, 'conflict'), 'error')]
				: [span(count(lines.length, 'line'), 'muted')];
		}
	}
}

function footerLine(state: AppState, {preview}: Composer, hasFocus: boolean): Line {
	const isTyping = state.isFiltering && hasFocus;
	if (isTyping || preview.filter.text !== '') {
		return lineOf(span('/ ', 'accent'), fieldLine(preview.filter, 24, isTyping));
	}
	if (preview.status === 'refused' && preview.plan) return [span(preview.problem?.split('\n')[0] ?? '', 'error')];
	return preview.status === 'planned' ? changeLine(preview) : [];
}

/** What the last edit did to the line that it changed most. */
function changeLine({plan, previous}: PreviewPaneState): Line {
	if (!plan || !previous) return [];
	const changes = plan.lines.flatMap(line => {
		const before = previous.lines.find(own => own.line === line.line);
		if (!before || before.status !== 'ok' || line.status !== 'ok') return [];
		const inImage = (own: typeof line) => own.packages.filter(planned => planned.inImage).length;
		return [{packages: inImage(line) - inImage(before), bytes: line.installedSizeBytes - before.installedSizeBytes}];
	});
	const most = changes.toSorted((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes))[0];
	if (!most || (most.bytes === 0 && most.packages === 0)) return [];
	const sign = most.packages < 0 ? '−' : '+';
	const text = `${sign}${count(Math.abs(most.packages), 'package')} ${formatChange(most.bytes)}`;
	return lineOf(span('last change ', 'muted'), span(text.trimEnd(), most.bytes > 0 ? 'info' : 'good'));
}

function emptyLines({repository}: AppState, {preview}: Composer): readonly Line[] {
	if (preview.problem) return preview.problem.split('\n').map((text): Line => [span(text, 'error')]);
	if (repository.kind === 'refreshing' && repository.isFirst)
		return [[span('Waiting for the package lists.', 'muted')]];
	return [[span('Planning every line', 'muted')]];
}

/** Changed where the baseline is, for all that extend it. */
const baselineMark = span('  baseline', 'info');

function previewLine(
	row: PreviewRow,
	width: number,
	lineNames: readonly string[],
	symbols: Symbols,
	isAtCursor: boolean,
): Line {
	const mark = isAtCursor ? span(symbols.cursor, 'accent') : span(' ');
	const room = width - 2;
	switch (row.kind) {
		case 'line':
			return lineOf(mark, lineLine(row, room, symbols), ' ');
		case 'tags':
			return lineOf(
				mark,
				'  ',
				row.gained.length > 0
					? lineOf(
							span(`takes ${row.gained.join(' ')}`, 'info'),
							span(', which a newer line has in the starter', 'muted'),
						)
					: lineOf(span(`without ${row.lost.join(' ')}`, 'warning'), span(', which it has in the starter', 'muted')),
			);
		case 'collision':
			return lineOf(mark, '  ', span('collides ', 'warning'), span(row.text, 'muted'));
		case 'conflict':
			return lineOf(
				mark,
				'  ',
				row.depth === 0
					? span(row.text, 'error')
					: lineOf(span(`${symbols.separator} `, 'muted'), span(row.text, 'muted')),
			);
		case 'suggestion':
			return lineOf(
				mark,
				'  ',
				span(`${symbols.arrow} `, 'good'),
				span(row.suggestion.text, 'good'),
				span('  alt+s applies', 'muted'),
			);
		case 'folder': {
			const fold = row.isOpen ? symbols.unfolded : symbols.folded;
			const hasMatrix = row.isOpen && row.count > 0 && row.folder !== 'variables' && row.folder !== 'bundles';
			const {names, cells} = matrixWidths(room, lineNames.length);
			return lineOf(
				mark,
				columns(room, [
					{
						line: lineOf(
							span(`${fold} `, 'muted'),
							{text: folderTitles[row.folder], bold: true},
							span(` ${row.count}`, 'muted'),
						),
						width: hasMatrix && cells > 0 ? names : 'rest',
					},
					...(hasMatrix && cells > 0 ? lineNames.map(name => ({line: [span(name, 'muted')], width: cells})) : []),
				]),
			);
		}
		case 'package': {
			const {names, cells} = matrixWidths(room, row.cells.length);
			const name = lineOf(
				'  ',
				row.isNew ? span('+', 'good') : ' ',
				' ',
				span(row.name, row.isNew ? 'good' : undefined),
				row.pinned ? span(' pinned', 'accent') : '',
				row.isInherited ? baselineMark : '',
			);
			const [first] = row.cells;
			if (cells === 0) {
				return lineOf(
					mark,
					columns(room, [
						{line: name, width: 'rest'},
						{line: row.cells.length > 1 ? cellsSummary(row.cells) : first ? cellLine(first, symbols) : [], width: 14},
					]),
				);
			}
			return lineOf(
				mark,
				columns(room, [
					{line: name, width: names},
					...row.cells.map(cell => ({line: cellLine(cell, symbols), width: cells})),
				]),
			);
		}
		case 'variable':
			return lineOf(
				mark,
				'    ',
				span(row.name),
				span('=', 'muted'),
				span(row.value.replaceAll('\n', symbols.newline), 'muted'),
				row.isInherited ? baselineMark : '',
			);
		case 'bundle':
			return lineOf(mark, '    ', span(row.name), row.isInherited ? baselineMark : '');
		case 'empty':
			return lineOf(mark, '    ', span(row.text, 'muted'));
	}
}

/** Cells for the names and for each line's version; no cells where versions would be cut to nothing. */
function matrixWidths(room: number, lineCount: number): {readonly names: number; readonly cells: number} {
	const cells = Math.min(20, Math.floor((room - 22) / Math.max(1, lineCount)) - 1);
	if (cells < 7) return {names: room, cells: 0};
	return {names: room - lineCount * (cells + 1), cells};
}

function cellLine(cell: Cell, symbols: Symbols): Line {
	switch (cell.kind) {
		case 'version':
			return [span(shortVersion(cell.version))];
		case 'none':
			return [span(symbols.none, 'muted')];
		case 'skipped':
			return [span('skipped', 'warning')];
		case 'unplanned':
			return [span(symbols.none, 'muted')];
	}
}

function cellsSummary(cells: readonly Cell[]): Line {
	const has = cells.filter(({kind}) => kind === 'version').length;
	if (has === cells.length) return [span('every line', 'muted')];
	return [span(`${has} of ${cells.length} lines`, has === 0 ? 'warning' : 'muted')];
}

function lineLine({line, size}: Extract<PreviewRow, {kind: 'line'}>, room: number, symbols: Symbols): Line {
	const isWide = room >= 64;
	const name = lineVersion(line.line, line.version ?? '');
	if (!size) {
		const isConflict = line.status === 'conflict';
		return columns(room, [
			{line: [span(isConflict ? symbols.failed : symbols.stopped, isConflict ? 'error' : 'muted')], width: 1},
			{line: name, width: isWide ? 22 : 16},
			{
				line: isConflict ? [span('conflict', 'error')] : [span(`skipped: ${line.reason ?? 'left out'}`, 'muted')],
				width: 'rest',
			},
		]);
	}
	const tags = sortedTags(line.tags).join(' ');
	const skipped = line.skippedAutos.length > 0 ? span(` ${line.skippedAutos.length} skipped`, 'warning') : '';
	return columns(room, [
		{line: [span(symbols.done, 'good')], width: 1},
		{line: name, width: isWide ? 18 : 14},
		{line: [span(formatBytes(size.installedBytes))], width: 8, align: 'right'},
		{line: [span(formatChange(size.addedBytes), 'muted')], width: 9, align: 'right'},
		{
			line: lineOf(span(isWide ? `${size.packages} packages  ` : '', 'muted'), span(tags, 'accent'), skipped),
			width: 'rest',
		},
	]);
}
