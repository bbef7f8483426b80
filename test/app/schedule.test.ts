import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {scheduleFor} from '../../src/app/schedule.ts';
import {describeNeeding, testNeeding} from '../support/needs.ts';
import {mustRun, runProgram} from '../support/run-program.ts';
import {makeSlipwayHome, mainFile} from '../support/slipway.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';
import {findOrdinaryUser} from '../support/test-user.ts';

const program = ['/opt/node 24/node', '/opt/slipway/dist/main.js'];

test('with systemd, a user timer and its service', () => {
	const schedule = scheduleFor('daily', program, {HOME: '/home/me', SLIPWAY_HOME: '/srv/50%'}, true);
	expect(schedule.kind === 'systemd' && schedule.files.map(({path}) => path)).toEqual([
		'/home/me/.config/systemd/user/slipway-rebuild.service',
		'/home/me/.config/systemd/user/slipway-rebuild.timer',
	]);
	const [service, timer] = schedule.kind === 'systemd' ? schedule.files : [];
	expect(service?.text).toContain(
		'ExecStart="/opt/node 24/node" "/opt/slipway/dist/main.js" "rebuild" "--outdated" "--overlap" "leave"\n',
	);
	expect(service?.text).toContain('Environment="SLIPWAY_HOME=/srv/50%%"\n');
	expect(timer?.text).toContain('OnCalendar=daily\n');
});

test('without systemd, one marked line for the crontab', () => {
	expect(scheduleFor('hourly', program, {SLIPWAY_HOME: '/srv/50%'}, false)).toEqual({
		kind: 'cron',
		line: "17 * * * * env 'SLIPWAY_HOME=/srv/50\\%' '/opt/node 24/node' /opt/slipway/dist/main.js rebuild --outdated --overlap leave # slipway: rebuilds private images",
	});
});

testNeeding('systemd-analyze')('systemd finds no fault in the units, and knows when the timer is due', async () => {
	const home = await temporaryFolder('units');
	const schedule = scheduleFor(
		'weekly',
		[process.execPath, mainFile],
		{HOME: home, SLIPWAY_HOME: join(home, '50%')},
		true,
	);
	const files = schedule.kind === 'systemd' ? schedule.files : [];
	for (const {path, text} of files) {
		await mkdir(dirname(path), {recursive: true});
		await writeFile(path, text);
	}
	const env = {...process.env, XDG_RUNTIME_DIR: home, SYSTEMD_LOG_LEVEL: 'warning'};
	const {stdout, stderr} = await mustRun('systemd-analyze', ['verify', '--user', ...files.map(({path}) => path)], {
		env,
	});
	expect(stdout + stderr).toBe('');
	await mustRun('systemd-analyze', ['calendar', 'hourly', 'daily', 'weekly']);
});

describeNeeding(
	'cron',
	'root',
	'ordinary-user',
)('the crontab of a user', () => {
	test('gets one line beside those that are there, which a shell runs, and loses only that one again', async () => {
		const user = findOrdinaryUser();
		if (!user) throw new Error('there is no ordinary user');
		const own = '0 5 * * * /bin/true # mine';
		const home = await makeSlipwayHome({user, env: {SLIPWAY_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian'}});
		const crontab = async () => (await mustRun('crontab', ['-u', user.name, '-l'])).stdout;
		const before = await runProgram('crontab', ['-u', user.name, '-l']);
		try {
			await mustRun('crontab', ['-u', user.name, '-'], {input: `${own}\n`});
			expect((await home.run(['schedule'])).stdout).toContain('Nothing is scheduled.');
			for (const frequency of ['weekly', 'daily']) {
				const installed = await home.run(['schedule', frequency, '--yes']);
				expect(installed.exitCode, installed.stderr).toBe(0);
			}
			const [first, line = '', ...rest] = (await crontab()).trimEnd().split('\n');
			expect({first, rest}).toEqual({first: own, rest: []});
			expect(line).toMatch(/^17 4 \* \* \* env .*rebuild --outdated --overlap leave # slipway/);
			expect((await home.run(['schedule'])).stdout.trim()).toBe(line);
			// As crond(8) does: five fields of time, then a command for the shell, with next to no environment.
			const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%');
			const ran = await runProgram('/bin/sh', ['-c', command], {
				env: {HOME: home.folder, PATH: '/usr/bin:/bin'},
				uid: user.uid,
				gid: user.gid,
				cwd: home.folder,
			});
			// There is no mirror at that address, and it says so.
			expect(ran).toMatchObject({exitCode: 1, stdout: ''});
			expect(ran.stderr).toContain('127.0.0.1:9');
			expect((await home.run(['schedule', 'off'])).stdout).toContain('Nothing is scheduled any more.');
			expect(await crontab()).toBe(`${own}\n`);
		} finally {
			if (before.exitCode === 0) await mustRun('crontab', ['-u', user.name, '-'], {input: before.stdout});
			else await runProgram('crontab', ['-u', user.name, '-r']);
		}
	});
});
