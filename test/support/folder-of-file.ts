import {chmodSync, mkdtempSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {afterAll} from 'vitest';
import {unmountBelow} from './unmount-below.ts';

/*
 * What a test file leaves on the disk goes when it ends: that of all files together fills a small disk. Of what still writes
 * or is mounted then, the end of the run removes the rest.
 */
// A short name: Podman refuses a run root of more than 50 characters.
const folder = mkdtempSync(join(process.env['SLIPWAY_TEST_ROOT'] ?? '', '/'));
// An ordinary user of a test passes through it to a folder of its own.
chmodSync(folder, 0o711);
process.env['SLIPWAY_TEST_FOLDER'] = folder;

// Set before all others: it is called after theirs.
afterAll(async () => {
	await unmountBelow(folder);
	await rm(folder, {recursive: true, force: true, maxRetries: 3}).catch(() => {});
});
