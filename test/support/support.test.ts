import {afterAll, expect, test} from 'vitest';
import {startDocker, type DockerDaemon} from './docker-daemon.ts';
import {testNeeding} from './needs.ts';
import {runProgram} from './run-program.ts';
import {makeSlipwayHome} from './slipway.ts';
import {keys, openTerminal} from './terminal.ts';
import {findOrdinaryUser} from './test-user.ts';

test('the bundled program runs as a process with a home of its own', async () => {
	const home = await makeSlipwayHome();
	const {exitCode, stdout} = await home.run(['--version']);
	expect({exitCode, stdout}).toEqual({exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string});
});

testNeeding('ordinary-user')('the program runs as an ordinary user', async () => {
	const user = findOrdinaryUser();
	const home = await makeSlipwayHome({user});
	expect((await home.run(['--version'])).exitCode).toBe(0);
	const {stdout} = await runProgram('id', ['-u'], {uid: user?.uid, gid: user?.gid});
	expect(stdout).not.toBe('0\n');
});

test('a program in a pty is seen as a person sees it', async () => {
	const terminal = openTerminal('cat', [], {env: {PATH: process.env['PATH']}, columns: 20, rows: 5});
	terminal.write('hello');
	expect(await terminal.waitFor('hello')).toHaveLength(5);
	terminal.write(`${keys.enter}${keys.ctrl('d')}`);
	expect(await terminal.exit).toEqual({exitCode: 0, signal: 0});
	await terminal.close();
});

let daemon: DockerDaemon | undefined;
afterAll(() => daemon?.stop());

testNeeding('docker')('Docker runs on a socket of its own', async () => {
	daemon = await startDocker();
	const {stdout} = await daemon.docker('version', '--format', '{{.Server.Version}}');
	expect(stdout).toMatch(/^\d+\.\d+/);
	await daemon.stop();
});
