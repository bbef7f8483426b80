import {Box} from 'ink';
import type {AppState} from '../../state/app-state.ts';
import {builtAt, galleryRows, notBuiltYet, type GalleryImage} from '../../state/gallery/gallery.ts';
import {hasSelection, selectedNames} from '../../state/gallery/selected-images.ts';
import type {ImageNews, LineNews} from '../../state/gallery/news.ts';
import {bodyArea, type Area} from '../../state/layout.ts';
import {rangeOf} from '../../state/lists/selection.ts';
import {galleryParts} from '../../state/lists/list-areas.ts';
import {count, formatAge, formatBytes} from '../format/sizes.ts';
import type {Symbols} from '../theme/symbols.ts';
import type {Tone} from '../theme/theme.ts';
import {Frame} from '../ui/frame.tsx';
import {columns, lineOf, span, type Line} from '../ui/line.ts';
import {useLook} from '../ui/look.ts';
import {buildTone} from './builds-rows.ts';
import {emptyRows, filterFooter, listRows, position} from './pane-view.ts';

/** Private images, and what is known of the one under the cursor. */
export function GalleryScreen({state}: {readonly state: AppState}) {
	const {symbols} = useLook();
	const {gallery, nowMs} = state;
	const {frame, list, detail} = galleryParts(bodyArea(state));
	const images = galleryRows(gallery);
	const current = images[gallery.cursor.at];
	const selected = hasSelection(state) ? selectedNames(gallery) : null;
	const range = rangeOf(
		images.map(({name}) => name),
		gallery.selection.rangeFrom,
		gallery.cursor.at,
	);
	const header = headerLine(list.width);
	const rows =
		images.length > 0
			? [
					{line: header},
					...listRows(
						images,
						gallery.cursor,
						list.height,
						!state.dialog,
						(image, isAtCursor) =>
							lineOf(
								isAtCursor ? span(symbols.cursor, 'accent') : ' ',
								selected?.has(image.name) ? span(symbols.marked, 'accent') : ' ',
								imageLine(image, gallery.news[image.name], list.width, nowMs),
							),
						range,
					),
				]
			: emptyRows(list.height + 1, emptyLines(state));
	return (
		<Box flexDirection="column">
			<Frame
				area={frame}
				title={[{text: 'Private images', bold: true, tone: 'focus'}]}
				note={lineOf(
					selected ? span(`${selected.size} marked  `, 'accent') : [],
					gallery.sorting === 'name' ? [] : span(`by ${gallery.sorting}  `, 'muted'),
					position(gallery.cursor, images.length),
				)}
				footer={filterFooter(gallery.filter, state.isFiltering)}
				hasFocus
				rows={rows}
				label="Private images"
			/>
			{detail && (
				<Frame
					area={detail}
					title={
						current
							? [{text: current.name, bold: true}, span(`  from ${current.starter}`, 'muted')]
							: [{text: 'How it works', bold: true}]
					}
					note={current ? [span(current.status, buildTone[current.status])] : []}
					hasFocus={false}
					rows={(current
						? imageDetail(current, gallery.news[current.name], insideText(detail), symbols, nowMs)
						: welcome()
					).map(line => ({
						line: lineOf(' ', line),
					}))}
					label="The image under the cursor"
				/>
			)}
		</Box>
	);
}

/** With a blank on either side. */
const insideText = ({width, height}: Area): Pick<Area, 'width' | 'height'> => ({width: width - 4, height: height - 2});

/** Widths of the columns; what does not fit is left out from the right, and wide screens show the description. */
function imageColumns(width: number, cells: readonly Line[]): Line {
	const [name = [], starter = [], status = [], lines = [], size = [], age = [], news = [], description = []] = cells;
	const isWide = width >= 130;
	return columns(width - 3, [
		{line: name, width: isWide ? 36 : 'rest'},
		{line: starter, width: width >= 90 ? 12 : 0},
		{line: status, width: width >= 50 ? 18 : 14},
		{line: lines, width: width >= 108 ? 16 : 0},
		{line: size, width: width >= 64 ? 8 : 0, align: 'right'},
		{line: age, width: width >= 46 ? 11 : 0, align: 'right'},
		{line: lineOf(' ', news), width: width >= 72 ? 12 : 0},
		{line: isWide ? lineOf('  ', description) : [], width: isWide ? 'rest' : 0},
	]);
}

const headerLine = (width: number): Line =>
	lineOf(
		'  ',
		imageColumns(
			width,
			['name', 'starter', 'status', 'lines', 'size', 'built', 'updates', 'description'].map(text => [
				span(text, 'muted'),
			]),
		),
	);

function imageLine(image: GalleryImage, news: ImageNews | undefined, width: number, nowMs: number): Line {
	const sizes = image.lines.flatMap(({size}) => (size === null ? [] : [size]));
	const newest = builtAt(image);
	return imageColumns(width, [
		[{text: image.name, bold: true}],
		[span(image.starter, 'muted')],
		[span(image.status, buildTone[image.status])],
		image.lines.flatMap((line, at): Line => [...(at === 0 ? [] : [span(' ')]), span(line.line, lineTone(line.status))]),
		[span(sizes.length > 0 ? formatBytes(Math.max(...sizes)) : '')],
		[span(newest ? formatAge(newest, nowMs) : '', 'muted')],
		newest ? newsLine(news) : [],
		[span(image.description, 'muted')],
	]);
}

/** Security updates come first: they are why one rebuilds today. */
function newsLine(news: ImageNews | undefined): Line {
	switch (news?.kind) {
		case undefined:
			return [];
		case 'up to date':
			return [span('up to date', 'good')];
		case 'problem':
			return [span('cannot plan', 'error')];
		case 'outdated':
			if (news.security > 0) return [span(`${news.security} security`, 'error')];
			return [span(news.packages > 0 ? `${news.packages} newer` : 'changed', 'warning')];
	}
}

/** What is known of a line's updates and its end, after its tags. */
function lineNews(news: LineNews | undefined): Line {
	if (!news) return [];
	const parts = [
		...(news.security > 0 ? [span(count(news.security, 'security update'), 'error')] : []),
		...(news.packages > news.security ? [span(count(news.packages - news.security, 'newer package'), 'warning')] : []),
		...(news.state === 'conflict' ? [span('can no longer be built', 'error')] : []),
		...(news.state === 'gone' ? [span('no longer in the starter', 'warning')] : []),
		...(news.endOfLife
			? [span(`${news.endOfLife.state === 'past' ? 'ended' : 'ends'} ${news.endOfLife.date}`, 'warning')]
			: []),
	];
	return parts.flatMap((part, at) => (at === 0 ? [part] : [span(', ', 'muted'), part]));
}

const lineTone = (status: string): Tone =>
	status === 'created' || status === 'up to date' ? 'good' : status === 'failed' ? 'error' : 'muted';

/** The lines of an image with tags, digest and size. */
export function imageDetail(
	image: GalleryImage,
	news: ImageNews | undefined,
	{width, height}: Pick<Area, 'width' | 'height'>,
	symbols: Symbols,
	nowMs: number,
): readonly Line[] {
	const newsOf = (line: string): Line => lineNews(news?.lines.find(own => own.line === line));
	const hasNews = image.lines.some(({line}) => newsOf(line).length > 0);
	const rows = image.lines.flatMap((line): readonly Line[] => {
		const own = newsOf(line.line);
		// Beside the tags where there is room for both, else below them.
		const below = width < 100 && own.length > 0 ? [lineOf(' '.repeat(9), own)] : [];
		const row = columns(width, [
			{
				line: [
					span(
						lineTone(line.status) === 'good'
							? symbols.done
							: lineTone(line.status) === 'error'
								? symbols.failed
								: symbols.stopped,
						lineTone(line.status),
					),
				],
				width: 1,
			},
			{line: [{text: line.line, bold: true}], width: 7},
			{line: [span(line.tags.join(' ') || line.status, line.tags.length > 0 ? 'accent' : 'muted')], width: 'rest'},
			{line: own, width: hasNews && width >= 100 ? 34 : 0},
			{line: [span(line.size === null ? '' : formatBytes(line.size))], width: 8, align: 'right'},
			{line: [span(line.digest ? line.digest.slice(7, 19) : '', 'muted')], width: width >= 70 ? 12 : 0},
			{
				line: [span(line.builtAt ? formatAge(line.builtAt, nowMs) : '', 'muted')],
				width: width >= 56 ? 11 : 0,
				align: 'right',
			},
		]);
		return [row, ...below];
	});
	const problem: Line[] = news?.kind === 'problem' ? [[span(news.text, 'error')], []] : [];
	const hasRoom = rows.length + problem.length + 2 <= height;
	const head: Line[] = [
		...(image.description ? [[span(image.description)], ...(hasRoom ? [[]] : [])] : []),
		...problem,
	];
	if (rows.length === 0) return [...head, [span(notBuiltYet(image), 'muted')]];
	return [...head, ...rows];
}

function emptyLines(state: AppState): readonly Line[] {
	if (state.gallery.images === null) return [[span('Reading', 'muted')]];
	if (state.gallery.filter.text !== '') return [[span(`No image matches “${state.gallery.filter.text}”.`, 'muted')]];
	return [
		[{text: 'No private images yet.', bold: true}],
		[],
		[span('n', 'key'), span(' begins one: pick a starter, add packages, build.', 'muted')],
	];
}

function welcome(): readonly Line[] {
	const step = (number: string, text: string): Line => [span(`${number} `, 'accent'), span(text, 'muted')];
	return [
		step('1', 'Pick a starter image, such as php: all its lines are built together.'),
		step('2', 'Add packages, and see at once what each line will contain.'),
		step('3', 'Build on this machine and watch every line. No account, no daemon, no root.'),
	];
}
