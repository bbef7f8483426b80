import {closeSync, constants, fchmodSync, futimesSync, openSync, readFileSync, writeFileSync} from 'node:fs';
import type {RootPaths} from './root-path.ts';
import type {ControlFile, Segment} from './segment.ts';

/** A package with what dpkg keeps of it. */
export interface UnpackedPackage {
	readonly segment: Segment;
	/** Paths of its data archive, in its order and as it names them: `/.`, `/usr`, `/usr/bin` … */
	readonly list: readonly string[];
	readonly contentOf: (file: ControlFile) => Buffer;
}

/** The one layout of `info` that is written here: of dpkg 1.16.2 and later. */
const infoFormat = '1';

/**
 * The database of dpkg in a root, as `src/main/unpack.c` and `lib/dpkg/triglib.c` of dpkg 1.23 leave it when they have
 * unpacked a package that was not there before. No dpkg may run meanwhile.
 */
export class DpkgDatabase {
	readonly #paths: RootPaths;
	/** Paths that dpkg would write elsewhere, or with other rights: dpkg-divert(1), dpkg-statoverride(1). */
	readonly #special: ReadonlySet<string>;
	/** By path of a file trigger: whether what activates it awaits it. */
	readonly #interests: ReadonlyMap<string, boolean>;
	readonly #stanzas: string[] = [];
	/** By trigger: who awaits it. */
	readonly #activated = new Map<string, Set<string>>();

	private constructor(paths: RootPaths) {
		this.#paths = paths;
		this.#special = new Set([
			...linesOf(paths, 'diversions').filter(line => line.startsWith('/')),
			...linesOf(paths, 'statoverride').map(line => line.slice(line.indexOf('/'))),
		]);
		this.#interests = readInterests(linesOf(paths, 'triggers/File'));
	}

	/** Null if its layout is another one than this class writes. */
	static open(paths: RootPaths): DpkgDatabase | null {
		return linesOf(paths, 'info/format')[0] === infoFormat ? new DpkgDatabase(paths) : null;
	}

	/** Whether a path is dpkg's own affair. */
	isSpecial(path: string): boolean {
		return this.#special.has(path);
	}

	/** Notes a package as unpacked. */
	add({segment, list, contentOf}: UnpackedPackage): void {
		const name = infoName(segment);
		const lines = list.map(path => `${path}\n`).join('');
		write(this.#paths, `info/${name}.list`, constants.O_EXCL, descriptor => writeFileSync(descriptor, lines));
		for (const file of segment.controlFiles) {
			if (file.name === 'control') continue;
			write(this.#paths, `info/${name}.${file.name}`, constants.O_EXCL, descriptor => {
				writeFileSync(descriptor, contentOf(file));
				fchmodSync(descriptor, file.mode);
				futimesSync(descriptor, file.mtime, file.mtime);
			});
		}
		this.#stanzas.push(stanzaOf(segment));
		for (const path of list) this.#activate(path, name);
	}

	/** Writes down what was noted. */
	close(): void {
		const triggers = [...this.#activated].map(([trigger, names]) => `${trigger} ${[...names].join(' ')}\n`);
		this.#append('triggers/Unincorp', triggers);
		this.#append('status', this.#stanzas);
	}

	#append(name: string, texts: readonly string[]): void {
		if (texts.length === 0) return;
		write(this.#paths, name, constants.O_APPEND, descriptor => writeFileSync(descriptor, texts.join('')));
	}

	/** A file activates the triggers of its own path, and of every folder above it. */
	#activate(path: string, name: string): void {
		for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('/')))) {
			const awaits = this.#interests.get(here);
			if (awaits === undefined) continue;
			const names = this.#activated.get(here) ?? new Set();
			this.#activated.set(here, names.add(awaits ? name : '-'));
		}
	}
}

/** Packages of which several architectures may be there at once bear theirs in every name. */
function infoName({package: name, control}: Segment): string {
	if (!/^Multi-Arch:[ \t]*same[ \t]*$/imu.test(control)) return name;
	const architecture = /^Architecture:[ \t]*([a-z0-9-]+)/imu.exec(control)?.[1] ?? '';
	return `${name}:${architecture}`;
}

/** Its control file, and that it is unpacked. dpkg brings the fields into its own order as soon as it writes the file. */
function stanzaOf({control, conffiles}: Segment): string {
	const list = conffiles.length === 0 ? '' : `Conffiles:\n${conffiles.map(path => ` ${path} newconffile\n`).join('')}`;
	return `${control.trim()}\nStatus: install ok unpacked\n${list}\n`;
}

/** `PATH PACKAGE` or `PATH PACKAGE/noawait`. */
function readInterests(lines: readonly string[]): ReadonlyMap<string, boolean> {
	const interests = new Map<string, boolean>();
	for (const line of lines) {
		const [path = '', who = ''] = line.split(' ');
		interests.set(path, interests.get(path) === true || !who.endsWith('/noawait'));
	}
	return interests;
}

const placeIn = (name: string) => `var/lib/dpkg/${name}`;

/** None if the file is not there. */
function linesOf(paths: RootPaths, name: string): readonly string[] {
	const place = paths.find(placeIn(name));
	if (place === null) return [];
	const descriptor = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		return readFileSync(descriptor, 'utf8')
			.split('\n')
			.filter(line => line !== '');
	} finally {
		closeSync(descriptor);
	}
}

/** Never through a link: a package may have laid one, and what it names would be this host's. */
function write(paths: RootPaths, name: string, how: number, use: (descriptor: number) => void): void {
	const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | how;
	const descriptor = openSync(paths.placeOf(placeIn(name)), flags, 0o644);
	try {
		use(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
