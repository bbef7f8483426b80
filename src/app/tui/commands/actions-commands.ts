import {describeAction} from '../../../actions/deliver/deliver.ts';
import type {Delivery} from '../../../actions/outbox.ts';
import type {Rule} from '../../../actions/rules.ts';
import {safeText} from '../../../base/safe-text.ts';
import {textDialog, type TextLine} from '../../../../state/dialogs/text-dialog.ts';
import {createActions} from '../../actions.ts';
import {notify} from '../../controllers/app.ts';
import type {SomeCommands} from '../parts.ts';
import {editText} from './text-edit-commands.ts';

/** Deliveries that are shown; `slipway actions log` has them all. */
const mostDeliveries = 200;

const rulesText = (rules: readonly Rule[], file: string): readonly TextLine[] =>
	rules.length === 0
		? [{text: `There are no rules in ${file} yet.`}]
		: rules.map(({name, when, then}) => ({
				label: name,
				text: safeText(`${when.join(', ')} → ${then.map(describeAction).join(', ')}`),
			}));

function deliveryLine({createdAt, rule, event, state, attempts}: Delivery): TextLine {
	const last = attempts.at(-1);
	const tries = attempts.length > 1 ? ` (${attempts.length} tries)` : '';
	const said = last ? `: ${last.text}` : '';
	return {
		label: createdAt.slice(0, 16).replace('T', ' '),
		text: safeText(`${state}${tries}  ${rule}  ${event.kind}  ${event.image}${said}`),
	};
}

export const actionsCommands: SomeCommands<'actions'> = {
	'actions/show': ({app, hold}) =>
		hold('Actions', async () => {
			const {rules, file, outbox} = await createActions({
				env: app.env,
				onProblem: text => notify(app, text, 'warning'),
			});
			const deliveries = (await outbox.list()).slice(0, mostDeliveries);
			const lines: readonly TextLine[] = [
				{text: 'Rules', isHeading: true},
				...rulesText(rules, file),
				{text: ''},
				{text: 'Deliveries', isHeading: true},
				...(deliveries.length === 0 ? [{text: 'Nothing was delivered yet.'}] : deliveries.map(deliveryLine)),
			];
			app.store.update(state => ({...state, dialog: textDialog('Actions', lines)}));
		}),
	'actions/edit': parts => editText(parts, {kind: 'rules'}),
};
