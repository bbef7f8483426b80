import {readdirSync, readFileSync} from 'node:fs';
import {beforeAll, expect, test} from 'vitest';
import {makeDeb, type Deb} from '../support/deb.ts';
import {hostPackages} from '../support/host-packages.ts';
import {describeNeeding} from '../support/needs.ts';
import {inputOf, openWarmWorkshop, Recorder, type LineOf, type Workshop} from './support/a-line.ts';

/*
 * What maintainer scripts and tests of an image can do, seen from inside: a real dpkg runs them.
 */
const scripted = (name: string, postinst: string) =>
	makeDeb({
		name,
		files: [{path: `/usr/share/${name}`, content: name}],
		scripts: {postinst: `#!/bin/sh\n${postinst}\n`},
	});

const hanging = scripted('hanging', 'echo hanging; sleep 4711');
const forking = scripted('forking', '(setsid sleep 4712 >/dev/null 2>&1 &) ; exit 0');
const served = makeDeb({
	name: 'served',
	files: [{path: '/usr/bin/serve', content: '#!/bin/sh\necho served\n', mode: 0o755}],
});

/** Each line says one word if a script can do what it must not. */
const curious = scripted(
	'curious',
	`exec 2>/dev/null
echo begin
ls -d /home/?* > /dev/null && echo home
test -e "${import.meta.dirname}" && echo checkout
test -w /tmp/packages && echo packages
(echo x > /proc/sys/kernel/hostname) && echo sysctl
(echo x > /proc/sysrq-trigger) && echo sysrq
mount -t tmpfs x /mnt && echo mounted
umount -l / && echo unmounted
unshare --user --map-root-user --mount umount -l / && echo unmounted in a namespace of its own
mknod /tmp/disk b 8 0 && echo disk
perl -e 'chroot("/tmp"); chdir("..") for 1..40; chroot("."); exit(-e "${import.meta.dirname}" ? 0 : 1)' && echo escaped
test -e "/proc/1/root${import.meta.dirname}" && echo root of another
perl -MSocket -e 'socket(S, AF_INET, SOCK_STREAM, 0); exit(connect(S, pack_sockaddr_in(22, inet_aton("127.0.0.1"))) ? 0 : 1)' && echo network
test "$(ls /proc | grep -c "^[0-9]")" -lt 20 || echo processes
echo end
exit 0`,
);

describeNeeding(
	'apt',
	'root',
	'user-namespaces',
)('the sandbox', () => {
	let workshop: Workshop;
	let base: readonly Deb[];
	const inputFor = (added: readonly Deb[], more: Partial<LineOf> = {}) => ({
		...inputOf({starter: base, added, ...more}),
		signal: new AbortController().signal,
	});

	beforeAll(async () => {
		base = hostPackages(['perl-base']);
		workshop = await openWarmWorkshop([...base, hanging, forking, curious, served], inputFor([]));
	});

	test('shows scripts nothing of the host, and lets them reach nobody', async () => {
		const recorder = new Recorder();
		await workshop.engine.buildLine(inputFor([curious]), recorder);
		const said = recorder.lines.slice(recorder.lines.indexOf('begin'));
		expect(said.slice(0, 2)).toEqual(['begin', 'end']);
	});

	test('ends at once when the build is cancelled, with all that runs in it', async () => {
		const cancel = new AbortController();
		const recorder = new Recorder();
		let cancelledAt = 0;
		recorder.onLine = text => {
			if (text !== 'hanging') return;
			cancelledAt = performance.now();
			cancel.abort();
		};
		const build = workshop.engine.buildLine({...inputFor([hanging]), signal: cancel.signal}, recorder);
		await expect(build).rejects.toMatchObject({code: 'cancelled'});
		expect(performance.now() - cancelledAt).toBeLessThan(5000);
		expect(runningWith('4711')).toEqual([]);
	});

	test('ends what a script left running', async () => {
		await workshop.engine.buildLine(inputFor([forking]), new Recorder());
		expect(runningWith('4712')).toEqual([]);
	});

	test('runs the tests of a line in its image, as its user, in its folder', async () => {
		const {config} = inputFor([]).line;
		const run = ['sh', '-c', 'id -u; pwd; echo "$GREETING"; serve'];
		const wanted = '65532\n/var/lib\nhello\nserved';
		const line = {
			config: {...config, workdir: '/var/lib', env: {GREETING: 'hello'}},
			tests: [
				{run, expect: {stdout: wanted}},
				{run: ['false'], expect: {exitCode: 1}},
			],
		};
		const recorder = new Recorder();
		await workshop.engine.buildLine(inputFor([served], {line}), recorder);
		expect(recorder.phases.map(({phase}) => phase)).toContain('test');
	});

	test('gives tests what a container runtime gives: a home, the name localhost, streams to open', async () => {
		const say = 'echo opened > /dev/stdout; echo opened > /dev/stderr; echo "$HOME"; getent hosts localhost; hostname';
		const line = {tests: [{run: ['sh', '-c', say], expect: {stdout: 'opened\n/\n', stderr: 'opened'}}]};
		const recorder = new Recorder();
		await workshop.engine.buildLine(inputFor([served], {line}), recorder);
		expect(recorder.lines.join('\n')).toMatch(/\blocalhost\b/);
	});

	test('fails a line whose test does not come out, and shows what it said', async () => {
		const line = {tests: [{run: ['serve'], expect: {stdout: 'cooked'}}]};
		await expect(workshop.engine.buildLine(inputFor([served], {line}), new Recorder())).rejects.toMatchObject({
			code: 'build',
			message: expect.stringMatching(/did not print “cooked”.*\nserved/s),
		});
	});

	test('stops a test that does not end', async () => {
		const line = {tests: [{run: ['sleep', '4713'], expect: {}, timeoutSeconds: 1}]};
		await expect(workshop.engine.buildLine(inputFor([served], {line}), new Recorder())).rejects.toMatchObject({
			message: expect.stringMatching(/did not end within 1 s/),
		});
		expect(runningWith('4713')).toEqual([]);
	});
});

/** Processes of this machine that were started with that argument. */
function runningWith(argument: string): readonly string[] {
	return readdirSync('/proc').filter(pid => {
		if (!/^\d+$/.test(pid)) return false;
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\u0000').includes(argument);
		} catch {
			return false; // It has ended since it was listed.
		}
	});
}
