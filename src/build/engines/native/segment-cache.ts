import {readFile, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError, SlipwayError} from '../../../base/errors.ts';
import {openSealed} from '../../../base/sealed-json.ts';
import {bootId} from './boot-id.ts';
import type {MemberFacts} from './make-member.ts';
import {memberFormat} from './make-member.ts';
import type {SegmentPool} from './segment-pool.ts';
import {decodeSegment, segmentFormat, type Segment} from './segment.ts';

/** Segments on disk, by the SHA-256 of their package. */
export class SegmentCache {
	readonly folder: string;
	readonly #pool: SegmentPool;
	/** Lines side by side want the same packages at the same time: each is made once. */
	readonly #making = new Map<string, Promise<void>>();

	constructor(folder: string, pool: SegmentPool) {
		// A new format has new folders: an older Slipway may work beside this one.
		this.folder = join(folder, `v${segmentFormat}`);
		this.#pool = pool;
	}

	folderOf(sha256: string): string {
		return join(this.folder, sha256);
	}

	/** The segment, if it is there and whole; a torn one is removed. */
	async find(sha256: string, signal: AbortSignal): Promise<Segment | null> {
		const folder = this.folderOf(sha256);
		const segment = await readSegment(folder);
		if (segment?.sha256 !== sha256) return null;
		const {size} = await stat(join(folder, 'package.deb')).catch(() => ({size: -1}));
		if (size === segment.debBytes && (await this.#isIntact(sha256, signal))) return segment;
		await this.remove(sha256);
		return null;
	}

	/**
	 * Nothing is synced when it is written: after a restart of the machine, contents are looked at once, and whenever the
	 * file is not the one that was looked at.
	 */
	async #isIntact(sha256: string, signal: AbortSignal): Promise<boolean> {
		const folder = this.folderOf(sha256);
		const marker = join(folder, 'checked');
		const stamp = await stampOf(folder);
		if ((await readFile(marker, 'utf8').catch(() => null)) === stamp) return true;
		try {
			await this.#once(sha256, () => this.#pool.run({kind: 'verify', folder}, signal));
		} catch (error) {
			if (error instanceof SlipwayError && error.code === 'storage') return false;
			throw error;
		}
		await writeFile(marker, stamp);
		return true;
	}

	/** Makes the segment of a verified package file, unless it is there. */
	make(debFile: string, sha256: string, signal: AbortSignal): Promise<void> {
		return this.#once(sha256, async () => {
			if ((await readSegment(this.folderOf(sha256))) !== null) return;
			await this.remove(sha256);
			await this.#pool.run({kind: 'segment', debFile, sha256, folder: this.folderOf(sha256)}, signal);
			await writeFile(join(this.folderOf(sha256), 'checked'), await stampOf(this.folderOf(sha256)));
		});
	}

	/** The segment's gzip member, made now if it is not there. */
	async member(sha256: string, signal: AbortSignal): Promise<MemberFacts> {
		const folder = this.folderOf(sha256);
		const known = await readMember(folder);
		if (known !== null) return known;
		await this.#once(`${sha256} member`, () => this.#pool.run({kind: 'member', folder}, signal));
		return (await readMember(folder)) ?? this.member(sha256, signal);
	}

	async remove(sha256: string): Promise<void> {
		await rm(this.folderOf(sha256), {recursive: true, force: true});
	}

	#once(key: string, work: () => Promise<void>): Promise<void> {
		const running = this.#making.get(key);
		if (running !== undefined) return running;
		const made = work().finally(() => this.#making.delete(key));
		this.#making.set(key, made);
		return made;
	}
}

/** Names the state of a segment's package file: nobody writes to it without changing its ctime (inode(7)). */
async function stampOf(folder: string): Promise<string> {
	const {ino, size, mtimeNs, ctimeNs} = await stat(join(folder, 'package.deb'), {bigint: true});
	return [await bootId(), ino, size, mtimeNs, ctimeNs].join(' ');
}

async function readSegment(folder: string): Promise<Segment | null> {
	try {
		return decodeSegment(await readFile(join(folder, 'segment.json'), 'utf8'));
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}

async function readMember(folder: string): Promise<MemberFacts | null> {
	try {
		const [text, {size}] = await Promise.all([
			readFile(join(folder, 'member.json'), 'utf8'),
			stat(join(folder, 'member.gz')),
		]);
		const facts = openSealed(text) as MemberFacts | null;
		return facts?.format === memberFormat && facts.sizeBytes === size ? facts : null;
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}
