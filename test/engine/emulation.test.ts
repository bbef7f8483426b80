import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {hostArchitecture} from '../../src/base/host.ts';
import {emulatorFor, findEmulation, type Emulator} from '../../src/build/emulation.ts';
import {runAgent} from '../../src/build/engines/native/run-agent.ts';
import {mostProcesses} from '../../src/build/engines/native/sandbox-limits.ts';
import type {TestResult} from '../../src/build/engines/native/sandbox-job.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeTar} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/** A static program for arm64, by hand: write(1, "arm64\n", 6); exit(0). */
function arm64Program(): Buffer {
	const code = [0xd2800020, 0x100000e1, 0xd28000c2, 0xd2800808, 0xd4000001, 0xd2800000, 0xd2800ba8, 0xd4000001];
	const text = Buffer.from('arm64\n');
	const bytes = Buffer.alloc(120 + code.length * 4 + text.length);
	bytes.write('\x7fELF\x02\x01\x01', 0, 'latin1');
	bytes.writeUInt16LE(2, 16); // ET_EXEC
	bytes.writeUInt16LE(183, 18); // EM_AARCH64
	bytes.writeUInt32LE(1, 20);
	bytes.writeBigUInt64LE(0x400078n, 24); // entry
	bytes.writeBigUInt64LE(64n, 32); // program headers
	bytes.writeUInt16LE(64, 52);
	bytes.writeUInt16LE(56, 54);
	bytes.writeUInt16LE(1, 56);
	bytes.writeUInt32LE(1, 64); // PT_LOAD
	bytes.writeUInt32LE(5, 68); // readable, executable
	bytes.writeBigUInt64LE(0x400000n, 80);
	bytes.writeBigUInt64LE(0x400000n, 88);
	bytes.writeBigUInt64LE(BigInt(bytes.length), 96);
	bytes.writeBigUInt64LE(BigInt(bytes.length), 104);
	bytes.writeBigUInt64LE(0x1000n, 112);
	for (const [at, word] of code.entries()) bytes.writeUInt32LE(word, 120 + at * 4);
	text.copy(bytes, 120 + code.length * 4);
	return bytes;
}

/** Runs it in a sandbox whose root holds nothing else. */
async function runForeign(emulator: Emulator | null): Promise<TestResult | undefined> {
	const folder = await temporaryFolder('emulation');
	const layer = join(folder, 'layer');
	await writeFile(layer, gzipSync(makeTar([{name: 'hello', content: arm64Program(), mode: 0o755}])));
	await mkdir(join(folder, 'work'));
	const results: TestResult[] = [];
	await runAgent(
		{
			kind: 'test',
			emulator,
			folder: join(folder, 'work'),
			layers: [layer],
			limits: {processes: mostProcesses, memoryBytes: 2 ** 30},
			commands: [{command: ['/hello'], env: {}, workdir: '/', user: '65532', timeLimitMs: 60_000}],
		},
		{
			signal: new AbortController().signal,
			onMessage: message => {
				if (message.kind === 'tested') results.push(message.result);
			},
		},
	);
	return results[0];
}

test('the own architecture needs no emulator', async () => {
	const own = hostArchitecture();
	expect(await findEmulation(own)).toEqual({kind: 'own'});
	expect(await emulatorFor(own)).toBeNull();
});

describeNeeding(
	'root',
	'user-namespaces',
	'emulation',
)('another architecture', () => {
	test('runs in the sandbox by an emulator that nobody registered for the host', async () => {
		const emulator = await emulatorFor('arm64');
		expect(await runForeign(emulator)).toMatchObject({exitCode: 0, stdout: 'arm64\n'});
	});

	test('does not run without: the registration was of one sandbox', async () => {
		expect((await runForeign(null))?.exitCode).not.toBe(0);
	});
});
