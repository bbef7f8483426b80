import {join} from 'node:path';
import {listFolder, readTextIfThere} from './apt-config.ts';
import {parseControl} from './control.ts';

/** One archive that apt takes binary packages from: sources.list(5). */
export interface AptSource {
	readonly uri: string;
	readonly suites: readonly string[];
	readonly components: readonly string[];
	/** Keyring files or fingerprints; '' if not stated. */
	readonly signedBy: string;
}

/** The enabled `deb` sources of a host, in apt's order. Files that cannot be parsed are passed over, as apt would refuse them. */
export function readAptSources(aptFolder = '/etc/apt'): readonly AptSource[] {
	const folder = join(aptFolder, 'sources.list.d');
	const names = [...listFolder(folder)].sort();
	return [
		...parseOneLineSources(readTextIfThere(join(aptFolder, 'sources.list'))),
		...names.flatMap(name => {
			const text = () => readTextIfThere(join(folder, name));
			if (/^[A-Za-z0-9_.-]+\.list$/.test(name)) return parseOneLineSources(text());
			if (/^[A-Za-z0-9_.-]+\.sources$/.test(name)) return parseDeb822Sources(text());
			return [];
		}),
	].map(source => ({...source, uri: resolveMirrorList(source.uri)}));
}

/** `deb [option=value …] URI SUITE COMPONENT…` */
export function parseOneLineSources(text: string): readonly AptSource[] {
	return text.split('\n').flatMap(line => {
		const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)\s*(?:#.*)?$/.exec(line);
		if (match === null) return [];
		const [, options = '', uri = '', suite = '', components = ''] = match;
		return [
			{uri, suites: [suite], components: words(components), signedBy: /signed-by=(\S+)/.exec(options)?.[1] ?? ''},
		];
	});
}

/** Paragraphs with Types, URIs, Suites, Components. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
	let paragraphs;
	try {
		paragraphs = parseControl(text);
	} catch {
		return [];
	}
	return paragraphs.flatMap(paragraph => {
		const isEnabled = !/^(?:no|false|off|0)$/i.test(paragraph.get('enabled') ?? 'yes');
		if (!isEnabled || !words(paragraph.get('types')).includes('deb')) return [];
		return words(paragraph.get('uris')).map(uri => ({
			uri,
			suites: words(paragraph.get('suites')),
			components: words(paragraph.get('components')),
			signedBy: paragraph.get('signed-by') ?? '',
		}));
	});
}

/** apt-transport-mirror(1): cloud images list their mirrors in a file. The first http address of it counts. */
function resolveMirrorList(uri: string): string {
	const file = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
	if (file === undefined) return uri;
	return /^\s*(https?:\/\/\S+)/m.exec(readTextIfThere(file))?.[1] ?? uri;
}

function words(text: string | undefined): readonly string[] {
	return (text ?? '').split(/\s+/).filter(word => word !== '');
}
