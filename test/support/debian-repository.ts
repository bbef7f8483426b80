import {chmod, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {makeArchiveKey, type ArchiveKey} from './archive-key.ts';
import {serveArchive, type ArchiveServer} from './archive-server.ts';
import {makeSuite, type ArchiveTree} from './archive-tree.ts';
import type {Deb} from './deb.ts';
import {temporaryFolder} from './temporary-folder.ts';

/** Packages by suite: `{trixie: [...], 'trixie-security': [...]}`. Suites of a known release that are not named are empty. */
export type SuitePackages = Readonly<Record<string, readonly Deb[]>>;

export interface RepositoryState {
	readonly suites: SuitePackages;
	/** Default: one hour before the repository was started. */
	readonly date?: Date;
	/** Default: a week after `date`; null for none. */
	readonly validUntil?: Date | null;
	/** Signs in place of the repository's own key: a forged Release. */
	readonly key?: ArchiveKey;
	/** Changes a suite's Release file before it is signed. */
	readonly editRelease?: (text: string, suite: string) => string;
}

export interface RepositoryOptions extends RepositoryState {
	/** Default: bookworm, trixie, forky. */
	readonly releases?: readonly string[];
	/** Default: amd64, arm64. */
	readonly architectures?: readonly string[];
}

/** A Debian repository made by a test: signed, served on loopback, with faults at will. */
export interface DebianRepository extends Omit<ArchiveServer, 'close'> {
	/** Root of main and updates: `http://127.0.0.1:PORT/debian`. */
	readonly mirror: string;
	/** Root of the security suites: `http://127.0.0.1:PORT/debian-security`. */
	readonly securityMirror: string;
	readonly key: ArchiveKey;
	/** The public key as a file, in the form of /usr/share/keyrings. */
	readonly keyringFile: string;
	readonly tree: ArchiveTree;
	/** Replaces the state. Old by-hash and pool files stay, as on a real mirror. */
	publish(state: RepositoryState): Promise<void>;
	/** Puts, or with null takes away, one file by path below the server's root. */
	put(path: string, content: Uint8Array | null): void;
	close(): Promise<void>;
}

const day = 24 * 60 * 60 * 1000;

export async function startDebianRepository(options: RepositoryOptions): Promise<DebianRepository> {
	const {releases = ['bookworm', 'trixie', 'forky'], architectures = ['amd64', 'arm64']} = options;
	const key = await makeArchiveKey();
	const folder = await temporaryFolder('keyring');
	// Other users of a test read it too.
	await chmod(folder, 0o755);
	const keyringFile = join(folder, 'archive.gpg');
	await writeFile(keyringFile, key.keyring);
	const started = new Date(Math.floor(Date.now() / 1000) * 1000 - 60 * 60 * 1000);
	const tree = new Map<string, Uint8Array>();
	let date = options.date ?? started;

	const publish = async (state: RepositoryState) => {
		const next = new Map<string, Uint8Array>();
		const released = state.date ?? started;
		const usual = releases.flatMap(release => [release, `${release}-updates`, `${release}-security`]);
		for (const suite of new Set([...usual, ...Object.keys(state.suites)])) {
			const made = await makeSuite({
				suite,
				packages: state.suites[suite] ?? [],
				architectures,
				date: released,
				validUntil: state.validUntil === undefined ? new Date(released.getTime() + 7 * day) : state.validUntil,
				key: state.key ?? key,
				...(state.editRelease && {editRelease: (text: string) => state.editRelease?.(text, suite) ?? text}),
			});
			for (const [path, content] of made) next.set(path, content);
		}
		for (const [path, content] of next) tree.set(path, content);
		date = released;
	};
	await publish(options);

	const server = await serveArchive(
		() => tree,
		() => date,
	);
	return {
		...server,
		mirror: `${server.origin}/debian`,
		securityMirror: `${server.origin}/debian-security`,
		key,
		keyringFile,
		tree,
		publish,
		put(path, content) {
			if (content) tree.set(path, content);
			else tree.delete(path);
		},
	};
}
