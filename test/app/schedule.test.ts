import {expect, test} from 'vitest';
import {scheduleFor} from '../../src/app/schedule.ts';

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
