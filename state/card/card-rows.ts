import type {LayerFacts, ImageFacts} from '../../src/image/image-facts.ts';
import type {SbomPackage} from '../../src/image/sbom-packages.ts';
import {notBuiltYet, type GalleryImage} from '../gallery/gallery.ts';
import {matchesFilter} from '../lists/filter.ts';
import {rememberLast} from '../remember-last.ts';
import type {BuildChanges, Change, ImageBuild, ImageBuildLine, ImageCard, Loaded} from './card.ts';
import {filesKey} from './card.ts';
import {passingRows} from './passing-rows.ts';
import {commandsOf} from './card-commands.ts';
import {fileRows, type FileRow, type FileTree} from './file-tree.ts';

export type ImageLine = GalleryImage['lines'][number];

export type CardRow =
	| {readonly kind: 'line'; readonly line: ImageLine}
	| {readonly kind: 'heading'; readonly text: string}
	/** An empty label goes on with the fact above. */
	| {readonly kind: 'fact'; readonly label: string; readonly value: string}
	| {readonly kind: 'command'; readonly text: string}
	| {readonly kind: 'package'; readonly entry: SbomPackage}
	| {readonly kind: 'layer'; readonly layer: LayerFacts; readonly number: number; readonly share: number}
	| {readonly kind: 'all-layers'; readonly sizeBytes: number}
	| {readonly kind: 'file'; readonly file: FileRow}
	| {readonly kind: 'build'; readonly build: ImageBuild; readonly line: ImageBuildLine | null}
	| {readonly kind: 'changed'; readonly build: ImageBuild; readonly changes: BuildChanges}
	| {readonly kind: 'change'; readonly what: 'package' | 'setting'; readonly change: Change}
	| {readonly kind: 'text'; readonly text: string; readonly isError: boolean};

/** The line that the tabs are about. */
export const cardLine = (card: ImageCard, image: GalleryImage): ImageLine | undefined =>
	image.lines.find(({line}) => line === card.line) ?? image.lines[0];

/** The rows of the open tab. */
export function cardRows(card: ImageCard, image: GalleryImage, tenant: string): readonly CardRow[] {
	const line = cardLine(card, image);
	const filter = card.filters[card.tab].text;
	if (card.tab === 'overview') return passingRows(overviewRows(card, image, line, tenant), filter);
	if (card.tab === 'changes') return changeRows(card, line);
	if (card.tab === 'builds') return passingRows(buildRows(card, image, line), filter);
	if (!line?.digest) return [text(line ? withoutImage(line) : notBuiltYet(image))];
	const facts = card.documents.facts[line.digest];
	switch (card.tab) {
		case 'settings':
			return loaded(facts, 'Reading the image', own => passingRows(settingRows(own), filter));
		case 'packages':
			return loaded(card.documents.packages[line.digest], 'Reading the SBOM', packages =>
				packageRows(packages, filter),
			);
		case 'layers':
			return loaded(facts, 'Reading the image', own => passingRows(layerRows(own), filter));
		case 'files':
			return loaded(card.documents.files[filesKey(line.digest, card.layer)], 'Reading the layers', tree =>
				treeRows(tree, card.openFolders, filter),
			);
	}
}

const withoutImage = ({line, status}: ImageLine): string =>
	`Line ${line} has no image: ${status}.${status === 'failed' ? ' w shows its build, and why.' : ''}`;

const text = (words: string, isError = false): CardRow => ({kind: 'text', text: words, isError});

function loaded<Value>(
	document: Loaded<Value> | undefined,
	waiting: string,
	rows: (value: Value) => readonly CardRow[],
): readonly CardRow[] {
	if (!document || document.kind === 'loading') return [text(`${waiting} …`)];
	return document.kind === 'failed' ? [text(document.reason, true)] : rows(document.value);
}

function overviewRows(
	card: ImageCard,
	image: GalleryImage,
	line: ImageLine | undefined,
	tenant: string,
): readonly CardRow[] {
	if (!line) return [text(notBuiltYet(image))];
	const facts = line.digest === null ? undefined : card.documents.facts[line.digest];
	const config = facts?.kind === 'ready' ? facts.value.config.config : undefined;
	const commands = commandsOf(image.name, line.tags[0], tenant, config);
	return [
		...image.lines.map((own): CardRow => ({kind: 'line', line: own})),
		...(line.digest === null
			? [text(withoutImage(line))]
			: [
					{kind: 'heading', text: `Line ${line.line}`} as const,
					fact('digest', line.digest),
					fact('tags', line.tags.join(' ')),
					...(facts?.kind === 'ready' ? summaryRows(facts.value) : []),
				]),
		...commands.flatMap(({title, texts}): readonly CardRow[] => [
			{kind: 'heading', text: title},
			...texts.map((own): CardRow => ({kind: 'command', text: own})),
		]),
	];
}

const fact = (label: string, value: string): CardRow => ({kind: 'fact', label, value});

const facts = (label: string, values: readonly string[]): readonly CardRow[] =>
	values.length === 0 ? [fact(label, '')] : values.map((value, at) => fact(at === 0 ? label : '', value));

const summaryRows = ({config, descriptor, layers}: ImageFacts): readonly CardRow[] => [
	...(descriptor.platform ? [fact('platform', `${descriptor.platform.os}/${descriptor.platform.architecture}`)] : []),
	fact('runs as', config.config.User ?? 'root'),
	fact('starts', [...(config.config.Entrypoint ?? []), ...(config.config.Cmd ?? [])].map(quoted).join(' ')),
	fact('layers', String(layers.length)),
];

/** The image's specification: all of config.md of the OCI image-spec that says how it runs. */
function settingRows({config: file, descriptor, manifest}: ImageFacts): readonly CardRow[] {
	const {config} = file;
	const list = (words: readonly string[] | undefined) => (words && words.length > 0 ? words.map(quoted).join(' ') : '');
	const pairs = (values: Readonly<Record<string, string>> | undefined) =>
		Object.entries(values ?? {}).map(([name, value]) => `${name}=${value}`);
	return [
		fact('platform', `${file.os}/${file.architecture}`),
		fact('created', file.created),
		fact('user', config.User ?? ''),
		fact('workdir', config.WorkingDir ?? ''),
		fact('entrypoint', list(config.Entrypoint)),
		fact('cmd', list(config.Cmd)),
		fact('stop signal', config.StopSignal ?? ''),
		...facts('ports', Object.keys(config.ExposedPorts ?? {})),
		...facts('volumes', Object.keys(config.Volumes ?? {})),
		...heading('Variables', config.Env ?? []),
		...(config.Env ?? []).map(variable => fact(nameOf(variable), variable.slice(variable.indexOf('=') + 1))),
		...heading('Labels', pairs(config.Labels)),
		...pairs(config.Labels).map(pair => fact(nameOf(pair), pair.slice(pair.indexOf('=') + 1))),
		...heading('Annotations', pairs(manifest.annotations)),
		...pairs(manifest.annotations).map(pair => fact(nameOf(pair), pair.slice(pair.indexOf('=') + 1))),
		{kind: 'heading', text: 'Manifest'},
		fact('digest', descriptor.digest),
		fact('config', manifest.config.digest),
	];
}

const heading = (title: string, below: readonly string[]): readonly CardRow[] =>
	below.length > 0 ? [{kind: 'heading', text: title}] : [];

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='));
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/u.test(word) ? word : JSON.stringify(word));

const packageRows = rememberLast((packages: readonly SbomPackage[], filter: string): readonly CardRow[] => {
	const shown = packages
		.filter(({name, version, role, licence}) => matchesFilter(filter, name, [version, role ?? '', licence ?? '']))
		// Names with the very letters come before those that have them somewhere.
		.toSorted((a, b) => Number(b.name.includes(filter.trim())) - Number(a.name.includes(filter.trim())));
	if (shown.length === 0) return [text(filter === '' ? 'The SBOM names no package.' : 'No package matches.')];
	return shown.map(entry => ({kind: 'package', entry}));
});

const treeRows = rememberLast(
	(tree: FileTree, openFolders: ReadonlySet<string>, filter: string): readonly CardRow[] => {
		const rows = fileRows(tree, openFolders, filter);
		return rows.length > 0 ? rows.map(file => ({kind: 'file', file})) : [text('No file matches.')];
	},
);

function layerRows({layers, sizeBytes}: ImageFacts): readonly CardRow[] {
	const most = Math.max(1, ...layers.map(({descriptor}) => descriptor.size));
	return [
		...layers.map((layer, at): CardRow => ({
			kind: 'layer',
			layer,
			number: at + 1,
			share: layer.descriptor.size / most,
		})),
		{kind: 'all-layers', sizeBytes},
	];
}

function buildRows(card: ImageCard, image: GalleryImage, line: ImageLine | undefined): readonly CardRow[] {
	return loaded(card.documents.changes[card.name], 'Reading past builds', builds =>
		builds.length === 0
			? [text(notBuiltYet(image))]
			: builds.map((build): CardRow => ({
					kind: 'build',
					build,
					line: build.lines.find(own => own.line === line?.line) ?? null,
				})),
	);
}

function changeRows(card: ImageCard, line: ImageLine | undefined): readonly CardRow[] {
	const filter = card.filters.changes.text;
	return loaded(card.documents.changes[card.name], 'Reading past builds', builds => {
		const rows = builds.flatMap((build): readonly CardRow[] => {
			const changes = build.lines.find(own => own.line === line?.line)?.changes;
			if (!changes) return [];
			const of = (what: 'package' | 'setting', list: readonly Change[]) =>
				list.filter(({name}) => matchesFilter(filter, name)).map((change): CardRow => ({kind: 'change', what, change}));
			const own = [...of('package', changes.packages), ...of('setting', changes.settings)];
			return filter !== '' && own.length === 0 ? [] : [{kind: 'changed', build, changes}, ...own];
		});
		return rows.length > 0
			? rows
			: [text(filter === '' ? 'No earlier build of this line differs.' : 'No change matches.')];
	});
}

/** What `y` copies of a row. */
export function copyOf(row: CardRow, image: GalleryImage, tenant: string): string | null {
	switch (row.kind) {
		case 'line':
			return row.line.tags[0] ? `${tenant ? `${tenant}/` : ''}${image.name}:${row.line.tags[0]}` : null;
		case 'fact':
			return row.value;
		case 'command':
			return row.text;
		case 'package':
			return row.entry.purl;
		case 'layer':
			return row.layer.descriptor.digest;
		case 'file':
			return `/${row.file.path}`;
		case 'build':
		case 'changed':
			return row.build.build;
		case 'change':
			return `${row.change.name} ${row.change.before ?? '-'} ${row.change.after ?? '-'}`;
		case 'heading':
		case 'all-layers':
		case 'text':
			return null;
	}
}
