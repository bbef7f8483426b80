import {createHash} from 'node:crypto';
import {SlipwayError} from '../../base/errors.ts';
import {parseControl, type Paragraph} from './control.ts';
import type {Keyring} from './keyring.ts';

/** A file that a Release file lists. */
export interface ListedFile {
	readonly path: string;
	readonly sizeBytes: number;
	readonly sha256: string;
}

/** A Release file whose signature was verified (deb-repository format, "Release files"). */
export interface Release {
	readonly suite: string;
	readonly codename: string;
	readonly date: Date;
	readonly validUntil: Date | null;
	readonly architectures: readonly string[];
	readonly hasByHash: boolean;
	/** False where binary-ARCH/Packages holds the packages of architecture `all` too. */
	readonly separatesArchitectureAll: boolean;
	readonly files: ReadonlyMap<string, ListedFile>;
	/** SHA-256 of the InRelease file. */
	readonly sha256: string;
}

/** Verifies an InRelease file and reads it. Only what the signature covers is read. Throws `verification`. */
export async function readInRelease(bytes: Uint8Array, keyring: Keyring, suite: string): Promise<Release> {
	const text = await keyring.verifyCleartext(Buffer.from(bytes).toString('utf8'), suite);
	const [paragraph, ...more] = readParagraphs(text, suite);
	if (paragraph === undefined || more.length > 0) throw malformed(suite, 'is not one paragraph');
	const architectures = words(paragraph.get('architectures'));
	const release: Release = {
		suite: paragraph.get('suite') ?? '',
		codename: paragraph.get('codename') ?? '',
		date: readDate(paragraph.get('date'), suite),
		validUntil: paragraph.has('valid-until') ? readDate(paragraph.get('valid-until'), suite) : null,
		architectures,
		hasByHash: paragraph.get('acquire-by-hash') === 'yes',
		separatesArchitectureAll:
			architectures.includes('all') && !words(paragraph.get('no-support-for-architecture-all')).includes('Packages'),
		files: readFiles(paragraph.get('sha256') ?? '', suite),
		sha256: createHash('sha256').update(bytes).digest('hex'),
	};
	// A validly signed file of another suite is a replay.
	if (release.codename !== suite && release.suite !== suite) {
		throw malformed(suite, `is that of ${release.codename || release.suite || 'no named suite'}`);
	}
	return release;
}

function readParagraphs(text: string, suite: string): readonly Paragraph[] {
	try {
		return parseControl(text);
	} catch (error) {
		throw malformed(suite, 'cannot be read', error);
	}
}

function readFiles(section: string, suite: string): ReadonlyMap<string, ListedFile> {
	const files = new Map<string, ListedFile>();
	for (const line of section.split('\n')) {
		if (line.trim() === '') continue;
		const match = /^\s*([0-9a-f]{64})\s+(\d{1,15})\s+(\S+)\s*$/.exec(line);
		if (match === null) throw malformed(suite, 'has a hash that cannot be read');
		const [, sha256 = '', size = '', path = ''] = match;
		files.set(path, {path, sizeBytes: Number(size), sha256});
	}
	return files;
}

/** RFC 1123 dates, always in UTC: `Sat, 21 Nov 2026 09:15:44 UTC`. */
function readDate(text: string | undefined, suite: string): Date {
	const time = text === undefined ? Number.NaN : Date.parse(text.replace(/UTC$/, 'GMT'));
	if (Number.isNaN(time)) throw malformed(suite, 'has no date that can be read');
	return new Date(time);
}

function words(text: string | undefined): readonly string[] {
	return (text ?? '').split(/\s+/).filter(word => word !== '');
}

function malformed(suite: string, what: string, cause?: unknown): SlipwayError {
	return new SlipwayError('verification', `${suite} cannot be used: its Release file ${what}.`, {
		hint: 'The mirror may be broken: try another with --mirror.',
		cause,
	});
}
