import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {packageRoot} from '../../src/base/package-root.ts';
import {startDocker, type DockerDaemon} from '../support/docker-daemon.ts';
import {describeNeeding} from '../support/needs.ts';
import {makeSlipwayHome, type SlipwayHome} from '../support/slipway.ts';

const example = join(packageRoot(), 'examples/php-api.yaml');

/** The README's tour, one line of it, on the machine's own mirror. */
describeNeeding('debian-mirror', 'docker')('the example, from Debian’s repository to a running container', () => {
	let home: SlipwayHome;
	let daemon: DockerDaemon;

	beforeAll(async () => {
		home = await makeSlipwayHome();
		daemon = await startDocker();
	});
	afterAll(() => daemon.stop());

	test('is built without any preparation', {timeout: 600_000}, async () => {
		const {exitCode, stdout, stderr} = await home.run(['build', example, '--line', '8.4', '--progress', 'quiet'], {
			timeoutMs: 600_000,
		});
		expect(exitCode, stderr).toBe(0);
		expect(stdout).toMatch(/^php-api:\S+@sha256:[0-9a-f]{64}\n$/);
	});

	test('goes straight into Docker and finds its extensions', async () => {
		const pushed = await home.run(['export', 'php-api:8.4', 'docker-daemon:'], {env: {DOCKER_HOST: daemon.host}});
		expect(pushed.exitCode, pushed.stderr).toBe(0);
		const {stdout: names} = await daemon.docker('images', '--format', '{{.Repository}}:{{.Tag}}');
		const reference = names.split('\n').find(name => name.endsWith('php-api:8.4')) ?? names;
		const run = (...args: string[]) => daemon.docker('run', '--rm', '--network=none', reference, ...args);
		const {stdout: modules} = await run('php', '-m');
		expect(modules.split('\n')).toEqual(expect.arrayContaining(['curl', 'intl', 'json']));
		const certificates =
			'echo count(openssl_get_cert_locations()), is_readable("/etc/ssl/certs/ca-certificates.crt") ? "yes" : "no";';
		expect((await run('php', '-r', certificates)).stdout).toMatch(/yes$/);
	});
});
