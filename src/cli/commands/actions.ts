import {randomUUID} from 'node:crypto';
import {createActions} from '../../app/actions.ts';
import {editRules} from '../../app/edit-rules.ts';
import type {ActionEvent} from '../../actions/action-event.ts';
import {describeAction} from '../../actions/deliver/deliver.ts';
import {safeText} from '../../base/safe-text.ts';
import {SlipwayError} from '../../base/errors.ts';
import {formatTable, formatTime} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {interruption, print, printJson, style, warn} from '../terminal.ts';

export const configure: Configure = command => {
	command
		.command('list', {isDefault: true})
		.description('list the rules of config/actions.yaml')
		.addOption(jsonOption())
		.action(async (options: {json?: boolean}) => {
			const {rules, file} = await createActions({onProblem: warn});
			if (options.json) return printJson(rules);
			if (rules.length === 0) return print(`There are no rules. Write them into ${file}; the README shows how.`);
			const rows = rules.map(({name, when, then}) => [name, when.join(', '), then.map(describeAction).join(', ')]);
			print(formatTable([['RULE', 'WHEN', 'THEN'], ...rows.map(row => row.map(cell => safeText(cell)))]));
		});
	command
		.command('test')
		.argument('<rule>', 'name of a rule')
		.description('make the deliveries of a rule now, with a made-up event')
		.action(async (name: string) => {
			const actions = await createActions({onProblem: warn});
			const rule = actions.rules.find(candidate => candidate.name === name);
			if (!rule) {
				throw new SlipwayError('not-found', `There is no rule “${name}”.`, {
					hint: '`slipway actions list` lists them.',
				});
			}
			const [kind = 'build/created'] = rule.when;
			await actions.enqueue([exampleEvent(kind)], {only: name});
			const made = await actions.deliver({signal: interruption()});
			for (const {state, attempts} of made) {
				const said = safeText(attempts.at(-1)?.text ?? '');
				if (state === 'delivered') print(`${style('green', 'delivered')}  ${said}`);
				else {
					warn(`The delivery failed: ${said}`);
					process.exitCode = 1;
				}
			}
		});
	command
		.command('log')
		.description('list deliveries, newest first')
		.addOption(jsonOption())
		.action(async (options: {json?: boolean}) => {
			const {outbox} = await createActions({onProblem: warn});
			const deliveries = await outbox.list();
			if (options.json) return printJson(deliveries);
			if (deliveries.length === 0) return print('Nothing was delivered yet.');
			const rows = deliveries.map(({createdAt, rule, event, state, attempts}) => [
				formatTime(createdAt),
				rule,
				event.kind,
				event.image,
				state,
				`${attempts.length}`,
				attempts.at(-1)?.text ?? '',
			]);
			const head = ['AT', 'RULE', 'EVENT', 'IMAGE', 'STATE', 'TRIES', 'LAST ANSWER'];
			print(formatTable([head, ...rows.map(row => row.map(cell => safeText(cell)))], [5]));
		});
	command
		.command('edit')
		.description('edit the rules in $EDITOR; what cannot be is refused')
		.action(async () => {
			print((await editRules(process.env)) ? 'Saved the rules.' : 'Nothing was changed.');
		});
	command
		.command('deliver')
		.description('try again what is due; scheduled rebuilds do this by themselves')
		.action(async () => {
			const made = await (await createActions({onProblem: warn})).handle([], {signal: interruption()});
			print(`${made.filter(({state}) => state === 'delivered').length} of ${made.length} delivered.`);
		});
};

function exampleEvent(kind: ActionEvent['kind']): ActionEvent {
	return {
		id: `test-${randomUUID()}`,
		kind,
		at: new Date().toISOString(),
		image: 'local/example',
		starter: 'debian',
		severity: 'security',
		summary: 'This is a test of a rule.',
		build: null,
		reference: null,
		lines: [
			{
				line: '13',
				version: '13.2',
				status: 'created',
				digest: null,
				tags: ['13', 'latest'],
				traceId: null,
				error: null,
				packages: [{name: 'libssl3t64', before: '3.5.1-1', after: '3.5.1-1+deb13u1', isSecurity: true}],
			},
		],
	};
}
