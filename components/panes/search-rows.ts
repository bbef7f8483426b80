import type {MemberHit} from '../../src/catalog/search-result.ts';
import {hasPackage, type Draft} from '../../state/composer/draft.ts';
import type {SearchRow} from '../../state/search/search-pane.ts';
import {packagesOf} from '../../state/search/search-range.ts';
import {count} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import {columns, highlight, lineOf, span, type Line} from '../ui/line.ts';

/** A row of the package search, as wide as the pane: mark, name with matched letters, versions, summary. */
export function searchLine(row: SearchRow, width: number, symbols: Symbols, isAtCursor: boolean): Line {
	const mark = isAtCursor ? span(symbols.cursor, 'accent') : span(' ');
	const nameWidth = Math.max(14, Math.min(40, Math.floor(width * 0.48)));
	switch (row.kind) {
		case 'family': {
			const {family} = row;
			const fold = span(row.isFolded ? symbols.folded : symbols.unfolded, 'muted');
			const name = highlight(family.family, family.matched);
			const note = family.blocked
				? lineOf(span(symbols.blocked, 'warning'), ' in the starter')
				: row.addedCount > 0 && row.isFolded
					? [span(`${symbols.added} ${row.addedCount} added`, 'good')]
					: [];
			return lineOf(
				mark,
				fold,
				' ',
				columns(width - 3, [
					{line: name, width: nameWidth},
					{line: note.length > 0 ? note : [span(family.summary, 'muted')], width: 'rest'},
				]),
			);
		}
		case 'auto': {
			const state = row.family.blocked
				? span(symbols.blocked, 'warning')
				: row.isAdded
					? span(symbols.added, 'good')
					: span(symbols.auto, 'accent');
			return lineOf(
				mark,
				'  ',
				state,
				' ',
				columns(width - 5, [
					{line: [row.isAdded ? {text: row.name, tone: 'good'} : {text: row.name}], width: nameWidth - 2},
					{line: [span(autoNote(row.family.members), 'muted')], width: 'rest'},
				]),
			);
		}
		case 'member': {
			const {family} = row;
			const indent = row.isIndented ? '  ' : '';
			const state = family.blocked
				? span(symbols.blocked, 'warning')
				: row.isAdded
					? span(symbols.added, 'good')
					: span(symbols.notAdded, 'muted');
			const matched = row.isIndented ? (row.offers[0]?.matched ?? []) : family.matched;
			const name = highlight(row.name, matched, row.isAdded ? 'good' : undefined);
			const pin = row.pinned ? lineOf(span(` =${row.pinned}`, 'accent')) : [];
			const rest: Line = row.isIndented
				? offersLine(row.offers, symbols)
				: family.blocked
					? [span('in the starter', 'muted')]
					: [span(family.summary, 'muted')];
			return lineOf(
				mark,
				indent,
				state,
				' ',
				columns(width - 3 - indent.length, [
					{line: lineOf(name, pin), width: nameWidth - indent.length},
					{line: rest, width: 'rest'},
				]),
			);
		}
	}
}

/** `8.4.11 trixie · 8.2.28 bookworm` */
function offersLine(offers: readonly MemberHit[], symbols: Symbols): Line {
	return offers.flatMap((offer, at): Line => [
		...(at === 0 ? [] : [span(` ${symbols.separator} `, 'muted')]),
		span(shortVersion(offer.version)),
		span(` ${offer.suite}`, 'muted'),
	]);
}

/** Which member the auto package would take in each line, the first that fits: `8.4: php8.4-curl, 8.2: php8.2-curl`. */
function autoNote(members: readonly MemberHit[]): string {
	const taken = new Map<string, string>();
	for (const {name, lines} of members) for (const line of lines) if (!taken.has(line)) taken.set(line, name);
	return taken.size > 0
		? Array.from(taken, ([line, name]) => `${line}: ${name}`).join(', ')
		: 'the member that fits each line';
}

/** Without the Debian revision's tail, which says little in a list; the whole version stands below it. */
export function shortVersion(version: string): string {
	return version
		.replace(/^\d+:/u, '')
		.replace(/[+~](?:deb\d+u\d+|dfsg[^-]*|really[^-]*|ds\d*)/gu, '')
		.replace(/-[^-]*$/u, '');
}

/** What Enter does with a range. */
export function rangeFooter(rows: readonly SearchRow[], draft: Draft): readonly Line[] {
	const {names, blocked} = packagesOf(rows);
	const missing = names.filter(name => !hasPackage(draft, name)).length;
	const left: Line = blocked.length > 0 ? [span(`${blocked.join(', ')}: in the starter`, 'muted')] : [];
	if (names.length === 0) return [[span('There is nothing to add here.', 'muted')], left];
	const does = missing > 0 ? `adds ${count(missing, 'package')}` : `takes away ${count(names.length, 'package')}`;
	return [[span('⏎', 'key'), span(` ${does}, `), span('esc', 'key'), span(' ends the range')], left];
}

/** The row under the cursor in full: versions as they are, why it is blocked. */
export function searchFooter(row: SearchRow | undefined): readonly Line[] {
	if (!row) return [];
	const {family} = row;
	if (family.blocked) {
		const {line, version} = family.blocked;
		return [
			[span(family.summary, 'muted')],
			[span(`Cannot be added: line ${line} of the starter has ${family.blocked.package} ${version}.`, 'warning')],
		];
	}
	if (row.kind === 'member') {
		const [first] = row.offers;
		return [
			[span(first?.summary ?? family.summary, 'muted')],
			[span(row.offers.map(({version, suite}) => `${version} (${suite})`).join('  '), 'muted')],
		];
	}
	const text =
		row.kind === 'auto'
			? 'The member that fits each line; else skipped.'
			: `${count(row.family.members.length, 'package')}${family.auto ? `, or ${family.auto} for all lines` : ''}.`;
	return [[span(family.summary, 'muted')], [span(text, 'muted')]];
}
