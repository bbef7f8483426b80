import {expect, test} from 'vitest';
import {complete} from '../../src/cli/complete.ts';
import {commands} from '../../src/cli/commands.ts';
import {createProgram} from '../../src/cli/program.ts';
import {mustRun} from '../support/run-program.ts';

const candidates = async (line: string) => complete(await createProgram('0.0.0', () => true), line.split(' '));

test.each([
	['commands that begin so', 'upd', ['update']],
	['sub-commands', 'config ', ['get', 'set', 'list']],
	['flags', 'build x --prog', ['--progress']],
	['choices of a flag', 'build x --progress ', ['auto', 'tty', 'plain', 'json', 'quiet']],
	['choices of an argument', 'completion z', ['zsh']],
	['settings', 'config get ten', ['tenant']],
	['nothing where nothing fits', 'doctor x', []],
])('completes %s', async (_name, line, expected) => {
	expect(await candidates(line)).toEqual(expected);
});

test('leaves paths to the shell', async () => {
	expect(await candidates('bundle add corp-ca ')).toEqual(['files']);
});

test('every command has a summary for the help and loads', async () => {
	const program = await createProgram('0.0.0', () => true);
	expect(program.commands.map(command => command.name())).toEqual(commands.map(({name}) => name));
	for (const command of program.commands) {
		expect(command.description()).not.toBe('');
		const takesJson = [command, ...command.commands].some(({options}) => options.some(({long}) => long === '--json'));
		// These two print scripts and units of other programs.
		const printsForOthers = ['completion', 'schedule'].includes(command.name());
		expect([command.name(), takesJson]).toEqual([command.name(), !printsForOthers]);
	}
});

test('the bash script is valid bash', async () => {
	const {configure} = await import('../../src/cli/commands/completion.ts');
	expect(configure).toBeTypeOf('function');
	const program = await createProgram('0.0.0', () => true);
	const chunks: string[] = [];
	const write = process.stdout.write.bind(process.stdout);
	process.stdout.write = (chunk: string | Uint8Array) => chunks.push(String(chunk)) > 0;
	try {
		await program.parseAsync(['completion', 'bash'], {from: 'user'});
	} finally {
		process.stdout.write = write;
	}
	await mustRun('bash', ['-n'], {input: chunks.join('')});
});
