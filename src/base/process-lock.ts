import {DatabaseSync} from 'node:sqlite';

/** Result code SQLITE_BUSY (sqlite.org/rescode.html). */
const busy = 5;

/**
 * Takes a lock that ends with its process, kill -9 included, or when the returned function is called; null if another
 * process is in the way. An SQLite transaction holds it: its file locks hold over containers that share the folder.
 *
 * @param path a file of its own in a folder that exists
 * @param kind `exclusive`: alone; `shared`: beside others that share it
 */
export function tryProcessLock(path: string, kind: 'exclusive' | 'shared' = 'exclusive'): (() => void) | null {
	const database = new DatabaseSync(path, {timeout: 0});
	try {
		if (kind === 'exclusive') database.exec('BEGIN EXCLUSIVE');
		else {
			// The first read of a transaction takes the shared lock (sqlite.org/lockingv3.html).
			database.exec('BEGIN');
			database.prepare('SELECT count(*) FROM sqlite_schema').get();
		}
		return () => database.close();
	} catch (error) {
		database.close();
		if (error instanceof Error && 'errcode' in error && error.errcode === busy) return null;
		throw error;
	}
}
