import {Command, CommanderError, Option} from 'commander';
import {SlipwayError} from '../base/errors.ts';
import {safeText} from '../base/safe-text.ts';
import {commands} from './commands.ts';
import {print} from './terminal.ts';

/** Adds arguments, options and the action to a command. Each file of commands/ exports one as `configure`. */
export type Configure = (command: Command) => void;

/** Runs the command that the arguments name. Only that command's file is loaded. */
export async function runProgram(argv: readonly string[], version: string): Promise<void> {
	const wanted = argv.find(argument => !argument.startsWith('-'));
	if (wanted === 'complete') {
		const {complete} = await import('./complete.ts');
		const words = argv.slice(argv.indexOf('--') + 1);
		const candidates = await complete(await createProgram(version, name => words.includes(name)), words);
		if (candidates.length > 0) print(candidates.join('\n'));
		return;
	}
	const program = await createProgram(version, name => name === wanted || (wanted === 'help' && argv.includes(name)));
	try {
		await program.parseAsync(argv, {from: 'user'});
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		// Help and version end that way too.
		if (error.exitCode !== 0) throw usageError(error, program, wanted);
	}
}

/** The whole program, for help, completion and the documentation; commands that `needs` names are filled in. */
export async function createProgram(version: string, needs: (name: string) => boolean): Promise<Command> {
	const program = new Command('slipway')
		.description('Compose private container images in the terminal and build them on the spot.')
		.usage('[command] [options]')
		.version(version, '-V, --version', 'print the version')
		.option('--read-only', 'the interactive program only looks: no key writes, builds or downloads')
		.helpOption('-h, --help', 'print help')
		.addHelpText('after', '\nWithout a command, the interactive program opens.\n')
		.hook('preAction', refuseReadOnly)
		.enablePositionalOptions()
		.exitOverride()
		.configureOutput({outputError: () => {}, writeErr: () => {}});
	for (const {name, summary, load} of commands) {
		const command = program.command(name).description(summary).copyInheritedSettings(program);
		command.helpOption('-h, --help', 'print help');
		if (needs(name)) (await load())(command);
	}
	return program;
}

/** A command that would write all the same must not look as if it did not. */
function refuseReadOnly(program: Command): void {
	if (program.opts<{readonly readOnly?: boolean}>().readOnly !== true) return;
	throw new SlipwayError('usage', '--read-only before a command means nothing.', {
		hint: 'It is for the interactive program: `slipway --read-only`, `slipway watch --read-only`.',
	});
}

export const jsonOption = () => new Option('--json', 'print JSON: stable, for scripts');
export const mirrorOption = () => new Option('--mirror <url>', 'Debian mirror to take packages from');

function usageError(error: CommanderError, program: Command, wanted: string | undefined): SlipwayError {
	// commander appends its suggestion in parentheses on a line of its own.
	const [first = '', ...rest] = error.message.replace(/^error: /u, '').split('\n');
	const suggestion = rest.join(' ').replace(/^\(|\)$/gu, '');
	const isCommand = program.commands.some(command => command.name() === wanted);
	if (error.code === 'commander.help') return incomplete(program, wanted);
	const help = `\`slipway ${isCommand ? `${wanted} ` : ''}--help\` shows what there is.`;
	const message = first.charAt(0).toUpperCase() + first.slice(1);
	return new SlipwayError('usage', safeText(/[.?!]$/u.test(message) ? message : `${message}.`), {
		hint: suggestion ? `${suggestion} ${help}` : help,
	});
}

/** Commander's answer where a subcommand is missing, or where `help` does not know the command, is help without words. */
function incomplete(program: Command, wanted: string | undefined): SlipwayError {
	const command = program.commands.find(candidate => candidate.name() === wanted);
	if (command === undefined) {
		return new SlipwayError('usage', 'There is no help for that: it is no command.', {
			hint: '`slipway --help` shows what there is.',
		});
	}
	const names = command.commands.map(candidate => candidate.name());
	return new SlipwayError('usage', `\`slipway ${command.name()}\` needs to know what to do: ${names.join(', ')}.`, {
		hint: `\`slipway ${command.name()} --help\` explains them.`,
	});
}
