import {DatabaseSync} from 'node:sqlite';

/** Result code SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5;

/**
 * Takes a lock that ends with its process, kill -9 included, or when the returned function is called; null if another
 * process has it. An SQLite transaction holds it: its file locks hold over containers that share the folder.
 *
 * @param path a file of its own in a folder that exists
 */
export function tryProcessLock(path: string): (() => void) | null {
	const database = new DatabaseSync(path, {timeout: 0});
	try {
		database.exec('BEGIN EXCLUSIVE');
		return () => database.close();
	} catch (error) {
		database.close();
		if (error instanceof Error && 'errcode' in error && error.errcode === busy) return null;
		throw error;
	}
}
