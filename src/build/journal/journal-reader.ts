import {watch} from 'node:fs';
import {open, readFile, type FileHandle} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import {StringDecoder} from 'node:string_decoder';
import {isSystemError} from '../../base/errors.ts';
import type {JournalEvent} from '../journal-event.ts';

/** A line of a journal that is no event: a builder that died while writing, or a foreign hand. */
export interface JournalDamage {
	/** From 1. */
	readonly lineNumber: number;
	readonly kind: 'torn end' | 'not an event' | 'gap';
}

export interface ReadJournal {
	readonly events: readonly JournalEvent[];
	readonly damage: readonly JournalDamage[];
}

const eventTypes: ReadonlySet<string> = new Set<JournalEvent['type']>([
	'build/started',
	'line/started',
	'phase/started',
	'phase/progressed',
	'log/appended',
	'phase/finished',
	'line/finished',
	'build/finished',
]);

/** One line of a journal; null if it is no event. */
export function parseEvent(line: string): JournalEvent | null {
	try {
		const value: unknown = JSON.parse(line);
		if (typeof value !== 'object' || value === null) return null;
		const {seq, at, type} = value as Record<string, unknown>;
		const known = typeof seq === 'number' && typeof at === 'string' && typeof type === 'string' && eventTypes.has(type);
		return known ? (value as JournalEvent) : null;
	} catch {
		return null;
	}
}

/** All events that stand in the file now. What cannot be read is left out and reported. */
export async function readJournal(path: string): Promise<ReadJournal> {
	const content = await readFile(path, 'utf8').catch((error: unknown) => {
		if (isSystemError(error, 'ENOENT')) return '';
		throw error;
	});
	const lines = content.split('\n');
	const last = lines.pop() ?? '';
	const events: JournalEvent[] = [];
	const damage: JournalDamage[] = [];
	for (const [index, line] of lines.entries()) {
		const event = parseEvent(line);
		if (!event) damage.push({lineNumber: index + 1, kind: 'not an event'});
		else {
			if (event.seq !== events.length + damage.length + 1) damage.push({lineNumber: index + 1, kind: 'gap'});
			events.push(event);
		}
	}
	if (last !== '') damage.push({lineNumber: lines.length + 1, kind: 'torn end'});
	return {events, damage};
}

export interface FollowOptions {
	readonly signal?: AbortSignal | undefined;
	/** Whether the builder that writes this journal still runs. */
	readonly isAlive: (events: {readonly started: JournalEvent | null}) => boolean;
}

/** How long a follower waits for a change before it looks whether the builder still lives. */
const patienceMs = 250;

/**
 * All events from the first on, then new ones as they are written. Ends after `build/finished`, when the builder is no
 * more, or when the signal fires. A torn last line is never returned.
 */
export async function* followJournal(path: string, options: FollowOptions): AsyncGenerator<JournalEvent, void> {
	const changes = changesOf(path, options.signal);
	let file: FileHandle | null = null;
	let started: JournalEvent | null = null;
	const decoder = new StringDecoder('utf8');
	let rest = '';
	const buffer = Buffer.alloc(256 * 1024);
	try {
		while (!options.signal?.aborted) {
			// Asked before reading: what a builder wrote last is still read after its death.
			const alive = options.isAlive({started});
			file ??= await openIfThere(path);
			let bytesRead = 0;
			do {
				bytesRead = file ? (await file.read(buffer, 0, buffer.length)).bytesRead : 0;
				const lines = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
				rest = lines.pop() ?? '';
				for (const line of lines) {
					const event = parseEvent(line);
					if (!event) continue;
					if (event.type === 'build/started') started = event;
					yield event;
					if (event.type === 'build/finished' || options.signal?.aborted) return;
				}
			} while (bytesRead > 0);
			if (!alive && !(started && options.isAlive({started}))) return;
			await changes.next();
		}
	} finally {
		changes.close();
		await file?.close();
	}
}

async function openIfThere(path: string): Promise<FileHandle | null> {
	try {
		return await open(path, 'r');
	} catch (error) {
		if (isSystemError(error, 'ENOENT')) return null;
		throw error;
	}
}

/** Wakes on every change of the file, at the latest after `patienceMs`, and at once when the signal fires. */
function changesOf(path: string, signal: AbortSignal | undefined) {
	let hasChanged = false;
	let wake: (() => void) | null = null;
	const changed = () => {
		hasChanged = true;
		wake?.();
	};
	const start = () => {
		try {
			// The folder is watched, since the file may not be there yet.
			const watcher = watch(dirname(path), {persistent: false}, (_event, name) => {
				if (name === null || name === basename(path)) changed();
			});
			// A watcher that fails (inotify's limit) is made up for by the patience.
			watcher.on('error', () => watcher.close());
			return watcher;
		} catch {
			return null;
		}
	};
	let watcher = start();
	signal?.addEventListener('abort', changed);
	return {
		async next() {
			watcher ??= start();
			if (!hasChanged) {
				await new Promise<void>(resolve => {
					const timer = setTimeout(resolve, patienceMs);
					wake = () => {
						clearTimeout(timer);
						resolve();
					};
				});
			}
			wake = null;
			hasChanged = false;
		},
		close() {
			watcher?.close();
			signal?.removeEventListener('abort', changed);
		},
	};
}
