import {saveBulkEdit, tryBulkEdit, type BulkEdit, type EditedImage} from '../../app/bulk-edit.ts';
import type {AllServices} from '../../app/create-services.ts';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {CompositionEdit} from '../../plan/composition/edit-text.ts';
import {compositionEditOptions} from '../composition-edits.ts';
import {isConfirmed} from '../confirm.ts';
import {editInEditor} from '../../app/edit-in-editor.ts';
import {plural} from '../format.ts';
import {lineDiffRows} from '../line-diff-text.ts';
import {jsonOption, mirrorOption, type Configure} from '../program.ts';
import {print, printJson, style} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface EditOptions {
	readonly yes?: boolean;
	readonly dryRun?: boolean;
	readonly allowConflicts?: boolean;
	readonly json?: boolean;
	readonly mirror?: string;
}

const notation = `
Without options that change something, $EDITOR opens on one composition or baseline.
With them, names may have a * (in quotes): every image's difference is shown, and all are changed or none.
`;

export const configure: Configure = command => {
	command.argument('<names...>', 'private images or baselines');
	const editsOf = compositionEditOptions(command);
	command
		.option('-y, --yes', 'do not ask')
		.option('--dry-run', 'show what would change; change nothing')
		.option('--allow-conflicts', 'with --yes: also where lines could not be planned any more')
		.addOption(mirrorOption())
		.addOption(jsonOption())
		.addHelpText('after', notation)
		.action(async (names: readonly string[], options: EditOptions) => {
			const edits = editsOf();
			if (edits.length > 0) return editMany(names, edits, options);
			const [name, ...others] = names;
			if (name === undefined || others.length > 0 || name.includes('*')) {
				throw new SlipwayError('usage', 'One composition at a time opens in $EDITOR.', {
					hint: 'Options such as --add-package change many: `slipway edit --help`.',
				});
			}
			await withServices({}, services => editOne(services, name, options));
		});
};

async function editOne({compositions}: AllServices, name: string, options: EditOptions): Promise<void> {
	const {baselines} = compositions;
	const isBaseline = (await baselines.names()).includes(name);
	const changed = isBaseline
		? await editInEditor(`${name}.yaml`, await baselines.text(name), (text, draft) =>
				baselines.replace(name, text, draft),
			)
		: await editInEditor(`${name}.yaml`, await compositions.text(name), (text, draft) =>
				compositions.saveText(name, text, draft),
			);
	if (options.json) return printJson({name, changed});
	if (!changed) return print('Nothing was changed.');
	const next = isBaseline ? '`slipway outdated` says which images it reaches.' : `\`slipway build ${name}\` builds it.`;
	print(`Saved ${name}. ${next}`);
}

async function editMany(
	names: readonly string[],
	edits: readonly CompositionEdit[],
	options: EditOptions,
): Promise<void> {
	await withServices({mirror: options.mirror, indexes: 'if missing'}, async (services, signal) => {
		const edit = await tryBulkEdit(services, names, edits, signal);
		const isSaved = await decide(edit, options, signal);
		if (isSaved) await saveBulkEdit(services.compositions, edit);
		if (options.json) {
			const files = edit.files.map(({name, kind}) => ({name, kind}));
			return printJson({isSaved, files, unchanged: edit.unchanged, images: edit.images});
		}
		if (isSaved)
			print(`Saved ${plural(edit.files.length, 'composition')}. \`slipway rebuild --outdated\` builds what changed.`);
		else print('Nothing was changed.');
	});
}

/** Shows the differences, and asks once. */
async function decide(edit: BulkEdit, options: EditOptions, signal: AbortSignal): Promise<boolean> {
	const {files, images} = edit;
	if (!options.json && files.length > 0) print(images.map(imageText).join('\n\n'));
	const broken = images.filter(({problem}) => problem !== null).map(({image}) => image);
	if (broken.length > 0) {
		throw new SlipwayError(
			'bad-input',
			`${broken.join(', ')} cannot be changed in that way:\n${images.flatMap(({problem}) => problem ?? []).join('\n')}`,
			{hint: 'Nothing was changed, in no image.'},
		);
	}
	if (files.length === 0 || options.dryRun) return false;
	const lost = images.reduce((sum, image) => sum + image.lost.length, 0);
	if (options.yes) {
		if (lost === 0 || options.allowConflicts) return true;
		throw new SlipwayError('bad-input', `${plural(lost, 'line')} could not be planned any more; nothing was changed.`, {
			hint: 'Leave those images out, or add --allow-conflicts.',
		});
	}
	const warning = lost === 0 ? '' : ` ${plural(lost, 'line')} will not be planned any more.`;
	return isConfirmed(`Change ${plural(files.length, 'composition')}?${warning}`, signal);
}

function imageText({image, problem, lines, lost}: EditedImage): string {
	const heading = style('bold', safeText(image));
	if (problem !== null) return `${heading}  ${style('red', safeText(problem, {keepNewlines: true}))}`;
	const rows = [
		...lost.map(({line, reason}) => style('red', `  ${safeText(line)} cannot be planned: ${safeText(reason)}`)),
		...lines
			.filter(({statusAfter}) => statusAfter === 'ok')
			.flatMap(diff => [`  ${safeText(diff.line)}`, ...lineDiffRows(diff).map(row => `    ${row}`)]),
	];
	return [heading, ...(rows.length > 0 ? rows : ['  No line’s image would change.'])].join('\n');
}
