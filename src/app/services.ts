import type {Starter} from '../catalog/starter.ts';
import type {SearchOptions, SearchResult} from '../catalog/search-result.ts';
import type {Composition} from '../plan/composition.ts';
import type {Plan} from '../plan/plan.ts';
import type {BuildStatus, JournalEvent} from '../build/journal-event.ts';
import type {FreshnessSummary} from '../freshness/freshness-summary.ts';
import type {BuildView} from '../build/journal/build-view.ts';
import type {RefreshedSuite, RefreshOptions} from '../repository/package-index.ts';

/**
 * Everything that the commands and the TUI ask of the domain. One implementation runs in this process (commands),
 * one hands `starters`, `search` and `plan` to a worker thread (TUI), so that typing never waits.
 */
export interface PlanningService {
	starters(signal?: AbortSignal): Promise<readonly Starter[]>;
	/** A newer search makes an unfinished older one end with `cancelled`. */
	search(query: string, options?: SearchOptions, signal?: AbortSignal): Promise<SearchResult>;
	/** Throws `bad-input` with its problems for unknown packages and the like. */
	plan(composition: Composition, signal?: AbortSignal): Promise<Plan>;
	close(): Promise<void>;
}

export interface RefreshService {
	refresh(options?: RefreshOptions): Promise<readonly RefreshedSuite[]>;
	/** Whether every release has a compiled index on disk. */
	hasIndexes(): Promise<boolean>;
}

export interface BuildSummary {
	readonly build: string;
	readonly image: string;
	readonly status: BuildStatus;
	readonly startedAt: string;
	readonly finishedAt: string | null;
	readonly folder: string;
}

export interface BuildStartOptions {
	readonly lines?: readonly string[];
	readonly engine?: 'native' | 'docker' | 'auto';
	/** The composition's tests run in Docker, too; the setting's choice unless said. */
	readonly testsInDocker?: boolean;
	/** A build that finds all its images made is carried out in this process, before this returns. */
	readonly unchangedHere?: boolean;
	/** Cancels one that is carried out here. */
	readonly signal?: AbortSignal;
}

export interface BuildService {
	/** Begins what a build needs whatever its plan will be: a builder that waits, and a look at what can build here. */
	prepare(engine?: 'native' | 'docker' | 'auto'): void;
	/** Starts a builder process that outlives this one, unless nothing has to be made. Returns the build's ID. */
	start(plan: Plan, options?: BuildStartOptions): Promise<string>;
	/** All events from the first on, then live ones until the build ends, is interrupted, or the signal fires. */
	follow(build: string, signal?: AbortSignal): AsyncIterable<JournalEvent>;
	list(image?: string): Promise<readonly BuildSummary[]>;
	/** What the newest builds of an image that have ended came to, newest first. */
	history(image: string, most: number): Promise<readonly BuildView[]>;
	/** What a build was asked to make. */
	plan(build: string): Promise<Plan>;
	cancel(build: string, line?: string): Promise<void>;
}

/** A saved private image: its composition, its newest build, what the store holds. */
export interface PrivateImage {
	readonly name: string;
	readonly description: string;
	readonly starter: string;
	readonly status: BuildStatus | 'not built';
	readonly lines: readonly {
		readonly line: string;
		readonly status: string;
		readonly digest: string | null;
		readonly tags: readonly string[];
		readonly size: number | null;
		readonly builtAt: string | null;
	}[];
	/** What the last look found, while it still holds; null where nobody has looked since something changed. */
	readonly freshness: FreshnessSummary | null;
}

export interface ImageService {
	list(): Promise<readonly PrivateImage[]>;
	composition(name: string): Promise<Composition>;
	/** Saves atomically; a new name that exists already is refused unless `replace`. */
	save(composition: Composition, options?: {readonly replace?: boolean}): Promise<void>;
	/** The composition, its tags and what only they needed. */
	remove(name: string): Promise<void>;
}

export interface Services {
	readonly planning: PlanningService;
	readonly repository: RefreshService;
	readonly builds: BuildService;
	readonly images: ImageService;
	close(): Promise<void>;
}
