import {examineHost, type HostCheck} from '../../app/doctor.ts';
import {readSettings} from '../../app/settings.ts';
import {exitCodes} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {jsonOption, type Configure} from '../program.ts';
import {interruption, print, printJson, style, warn} from '../terminal.ts';

const marks = {ok: ['green', '✔'], limited: ['yellow', '–'], missing: ['red', '✘']} as const;

export const configure: Configure = command =>
	void command.addOption(jsonOption()).action(async (options: {json?: boolean}) => {
		const checks = await examineHost(await readSettings(process.env, warn), {signal: interruption()});
		if (options.json) printJson(checks);
		else print(checks.map(checkText).join('\n'));
		if (checks.some(({status}) => status === 'missing')) process.exitCode = exitCodes.failed;
	});

function checkText({name, status, detail, mend}: HostCheck): string {
	const [colour, mark] = marks[status];
	const first = `${style(colour, mark)} ${name.padEnd(16)} ${safeText(detail)}`;
	return mend === null ? first : `${first}\n  ${' '.repeat(16)} ${style('dim', safeText(mend))}`;
}
