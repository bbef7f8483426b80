import {chown, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestUser} from './test-user.ts';

/** A new folder, removed when the test file ends, or the bench. With a user: theirs. */
export async function temporaryFolder(name = 'folder', user: TestUser | null = null): Promise<string> {
	const {SLIPWAY_TEST_FOLDER: ofFile, SLIPWAY_TEST_ROOT: ofRun} = process.env;
	const folder = await mkdtemp(join(ofFile ?? ofRun ?? tmpdir(), `${name}-`));
	if (user) await chown(folder, user.uid, user.gid);
	return folder;
}
