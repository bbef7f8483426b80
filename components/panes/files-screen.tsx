import {Box} from 'ink';
import type {AppState} from '../../state/app-state.ts';
import {
	bundleRows,
	firstEnd,
	validityOf,
	type BundleFileSummary,
	type BundleSummary,
	type Validity,
} from '../../state/files/file-repository.ts';
import {bodyArea} from '../../state/layout.ts';
import {galleryParts} from '../../state/lists/list-areas.ts';
import {count, formatAge, formatBytes} from '../format/sizes.ts';
import type {Tone} from '../theme/theme.ts';
import {Frame} from '../ui/frame.tsx';
import {columns, lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {emptyRows, filterFooter, listRows, position} from './pane-view.ts';

/** The file repository: file bundles, and what is in the one under the cursor. */
export function FilesScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {files, nowMs} = state;
	const {frame, list, detail} = galleryParts(bodyArea(state));
	const bundles = bundleRows(files, state.bundles);
	const current = bundles[files.cursor.at];
	const rows =
		bundles.length > 0
			? [
					{line: headerLine(list.width)},
					...listRows(bundles, files.cursor, list.height, !state.dialog, (bundle, isAtCursor) =>
						lineOf(
							isAtCursor ? span(symbols.cursor, 'accent') : ' ',
							' ',
							bundleColumns(list.width, bundleCells(bundle, nowMs)),
						),
					),
				]
			: emptyRows(list.height + 1, emptyLines(state));
	return (
		<Box flexDirection="column">
			<Frame
				area={frame}
				title={[{text: 'File bundles', bold: true, tone: 'focus'}]}
				note={position(files.cursor, bundles.length)}
				footer={filterFooter(files.filter, state.isFiltering)}
				hasFocus
				rows={rows}
				label="File bundles"
			/>
			{detail && (
				<Frame
					area={detail}
					title={[{text: current?.name ?? 'What they are for', bold: true}]}
					note={current ? [span(`version ${current.version}`, 'muted')] : []}
					hasFocus={false}
					rows={(current ? bundleDetail(current, detail.width - 4, nowMs) : aboutBundles()).map(line => ({
						line: lineOf(' ', line),
					}))}
					label="The bundle under the cursor"
				/>
			)}
		</Box>
	);
}

function bundleColumns(width: number, cells: readonly Line[]): Line {
	const [name = [], kind = [], version = [], files = [], age = [], used = [], end = []] = cells;
	return columns(width - 3, [
		{line: name, width: 'rest'},
		{line: kind, width: width >= 56 ? 12 : 0},
		{line: version, width: 7, align: 'right'},
		{line: files, width: width >= 90 ? 8 : 0, align: 'right'},
		{line: age, width: width >= 70 ? 11 : 0, align: 'right'},
		{line: used, width: width >= 46 ? 9 : 0, align: 'right'},
		{line: lineOf('  ', end), width: width >= 60 ? 20 : 0},
	]);
}

const headerLine = (width: number): Line =>
	lineOf(
		'  ',
		bundleColumns(
			width,
			['name', 'kind', 'version', 'files', 'added', 'used by', 'valid'].map(text => [span(text, 'muted')]),
		),
	);

function bundleCells(bundle: BundleSummary, nowMs: number): readonly Line[] {
	const end = firstEnd(bundle, nowMs);
	return [
		[{text: bundle.name, bold: true}],
		[span(bundle.kind, 'muted')],
		[span(String(bundle.version))],
		[span(count(bundle.files.length, 'file'), 'muted')],
		[span(formatAge(bundle.createdAt, nowMs), 'muted')],
		[span(bundle.usedBy.length > 0 ? count(bundle.usedBy.length, 'image') : '', 'muted')],
		end ? [span(validityText(end), validityTones[end.kind])] : [],
	];
}

const validityTones: Readonly<Record<Validity['kind'], Tone>> = {
	expired: 'error',
	'ends soon': 'warning',
	valid: 'muted',
};

function validityText({kind, day}: Validity): string {
	return kind === 'expired' ? `expired ${day}` : kind === 'ends soon' ? `until ${day} !` : `until ${day}`;
}

function bundleDetail(bundle: BundleSummary, width: number, nowMs: number): readonly Line[] {
	const used = bundle.usedBy.length > 0 ? bundle.usedBy.join(', ') : 'no image yet';
	return [
		...bundle.files.map(file => fileLine(file, width, nowMs)),
		[],
		[span('used by ', 'muted'), span(used)],
		...(bundle.versions.length > 1 ? [[span('versions ', 'muted'), span(bundle.versions.join(' '))] as Line] : []),
	];
}

function fileLine({path, mode, sizeBytes, certificate}: BundleFileSummary, width: number, nowMs: number): Line {
	if (!certificate) {
		return columns(width, [
			{line: [span(path)], width: 'rest'},
			{line: [span(mode.toString(8).padStart(4, '0'), 'muted')], width: 5},
			{line: [span(formatBytes(sizeBytes), 'muted')], width: 9, align: 'right'},
		]);
	}
	const end = validityOf(certificate, nowMs);
	return columns(width, [
		{line: [span(certificate.subject)], width: 'rest'},
		{line: [span(path.slice(path.lastIndexOf('/') + 1), 'muted')], width: width >= 80 ? 24 : 0},
		{line: [span(validityText(end), validityTones[end.kind])], width: 18, align: 'right'},
	]);
}

function aboutBundles(): readonly Line[] {
	return [
		[span('Certificates of your company, trusted by every image that takes them.', 'muted')],
		[span('Configuration files that several images share.', 'muted')],
		[span('A change makes a new version; images get it with their next build.', 'muted')],
	];
}

function emptyLines({bundles, files}: AppState): readonly Line[] {
	if (bundles.kind === 'failed') return [[span(bundles.reason, 'error')]];
	if (bundles.kind === 'unknown') return [[span('Reading', 'muted')]];
	if (files.filter.text !== '') return [[span(`No bundle matches “${files.filter.text}”.`, 'muted')]];
	return [
		[{text: 'No file bundles yet.', bold: true}],
		[],
		[span('n', 'key'), span(' adds one: certificates from a file, pasted as text, or other files.', 'muted')],
	];
}
