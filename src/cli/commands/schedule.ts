import {Argument} from 'commander';
import {createInterface} from 'node:readline/promises';
import {join} from 'node:path';
import {
	frequencies,
	installedSchedule,
	installSchedule,
	removeSchedule,
	scheduleFor,
	type Frequency,
	type Schedule,
} from '../../app/schedule.ts';
import {SlipwayError} from '../../base/errors.ts';
import {packageRoot} from '../../base/package-root.ts';
import type {Configure} from '../program.ts';
import {print} from '../terminal.ts';

interface ScheduleOptions {
	readonly yes?: boolean;
	readonly show?: boolean;
}

export const configure: Configure = command =>
	void command
		.addArgument(new Argument('[when]', 'how often outdated images are rebuilt').choices([...frequencies, 'off']))
		.option('-y, --yes', 'install without asking')
		.option('--show', 'only show what would be installed')
		.action(async (when: Frequency | 'off' | undefined, options: ScheduleOptions) => {
			const program = [process.execPath, join(packageRoot(), 'dist/main.js')];
			const schedule = scheduleFor(when === undefined || when === 'off' ? 'daily' : when, program, process.env);
			if (when === undefined)
				return print((await installedSchedule(schedule)) ?? 'Nothing is scheduled. `slipway schedule daily` does it.');
			if (when === 'off')
				return print((await removeSchedule(schedule)) ? 'Nothing is scheduled any more.' : 'Nothing was scheduled.');
			print(scheduleText(schedule));
			if (options.show) return;
			if (!options.yes && !(await isConfirmed())) return print('Nothing was changed.');
			await installSchedule(schedule);
			print('Installed. `slipway schedule off` takes it out again.');
		});

function scheduleText(schedule: Schedule): string {
	if (schedule.kind === 'cron') return `A line of your crontab:\n\n  ${schedule.line}\n`;
	return schedule.files.map(({path, text}) => `${path}:\n\n${text.replace(/^(?=.)/gm, '  ')}`).join('\n');
}

async function isConfirmed(): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new SlipwayError('usage', 'There is nobody to ask whether to install this.', {hint: 'Add --yes.'});
	}
	const lines = createInterface({input: process.stdin, output: process.stdout});
	try {
		return /^y(es)?$/i.test((await lines.question('Install it? [y/N] ')).trim());
	} finally {
		lines.close();
	}
}
