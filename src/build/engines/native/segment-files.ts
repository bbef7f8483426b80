import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {decodeSegment, segmentFormat} from './segment.ts';

/** Packages whose lists are kept in memory: those of a few lines. */
const mostKept = 800;

/** Which files packages bring, as far as they were turned into segments before. Reads only; makes nothing. */
export class SegmentFiles {
	readonly #folder: string;
	readonly #known = new Map<string, readonly string[]>();
	#present: ReadonlySet<string> = new Set();
	#changedMs = 0;

	/** @param folder cache/segments */
	constructor(folder: string) {
		this.#folder = join(folder, `v${segmentFormat}`);
	}

	/** Looks which packages are there: two system calls, so that asking for hundreds that are not costs none. */
	async look(): Promise<void> {
		const changedMs = await stat(this.#folder).then(
			({mtimeMs}) => mtimeMs,
			() => 0,
		);
		if (changedMs === this.#changedMs) return;
		this.#present = new Set(await readdir(this.#folder).catch(() => []));
		this.#changedMs = changedMs;
	}

	/** Paths of files and links, without a slash at the beginning; null for a package that was never part of a build here. */
	async of(sha256: string): Promise<readonly string[] | null> {
		const known = this.#known.get(sha256);
		if (known !== undefined) return known;
		if (!this.#present.has(sha256)) return null;
		// What is not there, or torn, is unknown: the engine makes it anew when it needs it.
		const text = await readFile(join(this.#folder, sha256, 'segment.json'), 'utf8').catch(() => null);
		const segment = text === null ? null : decodeSegment(text);
		if (segment?.sha256 !== sha256) return null;
		const files = segment.entries.filter(({kind}) => kind !== 'directory').map(({path}) => path);
		if (this.#known.size >= mostKept) this.#known.clear();
		this.#known.set(sha256, files);
		return files;
	}
}
