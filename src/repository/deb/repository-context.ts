import type {CompilePool} from './compile-pool.ts';
import type {IndexStore} from './index-store.ts';
import type {Keyring} from './keyring.ts';
import type {Mirror} from './mirror.ts';
import type {Archive} from './releases.ts';
import {publicUrl, type Transport} from './transport.ts';

/** What the parts of a Debian repository share. */
export interface RepositoryContext {
	readonly mirror: Mirror;
	readonly transport: Transport;
	readonly keyring: Keyring;
	readonly store: IndexStore;
	readonly now: () => Date;
	/** Releases whose state is used though its Valid-Until has passed; each use is reported. */
	readonly acceptExpired: ReadonlySet<string>;
}

export interface RefreshContext extends RepositoryContext {
	readonly compilers: CompilePool;
}

/** Roots to try for an archive: the one that served the suite before, then the others. No credentials are in `known`. */
export function rootsFor(mirror: Mirror, archive: Archive, known: string | null): readonly string[] {
	const roots = mirror.roots[archive];
	return [...roots].sort((a, b) => Number(publicUrl(b) === known) - Number(publicUrl(a) === known));
}
