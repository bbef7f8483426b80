import {cellStream} from '../../src/app/tui/cell-stream.ts';
import {Root} from '../../src/app/tui/root.tsx';
import {startApp, type StartedApp} from '../../src/app/tui/start-app.ts';
import {defaultSettings, type Settings} from '../../state/settings/settings-schema.ts';
import {createInkKeyboard} from '../../src/app/tui/ink-keyboard.ts';
import {Keyboard, openScreen, type ScreenOptions, type TestScreen} from './screen.tsx';
import {testServices, type TestServices, type TestWorld} from './tui-services.ts';

export interface TuiScreen extends TestScreen {
	readonly app: StartedApp;
	readonly services: TestServices;
	readonly copied: string[];
	/** Codes that the application asked to end with. */
	readonly exits: number[];
	readonly close: () => void;
}

export interface TuiScreenOptions extends ScreenOptions {
	readonly world?: TestWorld;
	readonly services?: TestServices;
	readonly settings?: Partial<Settings>;
	readonly env?: Readonly<Record<string, string>>;
	readonly isReadOnly?: boolean;
}

/** 2026-11-23 12:01 UTC, always. */
const testNowMs = Date.UTC(2026, 10, 23, 12, 1);

/** The whole application on a terminal of that size. */
export async function openTui(options: TuiScreenOptions = {}): Promise<TuiScreen> {
	const {world, columns = 80, rows = 24, settings, env = {LANG: 'C.UTF-8', EDITOR: 'true'}, ...screenOptions} = options;
	const services = options.services ?? testServices(world);
	const ending = new AbortController();
	const copied: string[] = [];
	const exits: number[] = [];
	const keyboard = new Keyboard();
	const inkKeyboard = createInkKeyboard(keyboard as unknown as NodeJS.ReadStream);
	const app = startApp({
		services,
		inkKeyboard,
		columns,
		rows,
		env,
		settings: {...defaultSettings, ...settings},
		signal: ending.signal,
		isReadOnly: options.isReadOnly ?? false,
		now: () => testNowMs,
		terminal: {
			copy: text => void copied.push(text),
			setMouse: () => {},
			suspend: async () => {},
			lend: work => work(),
			redraw: () => {},
			exit: code => void exits.push(code),
		},
	});
	const screen = openScreen(
		<Root parts={app.parts} stdin={keyboard as unknown as NodeJS.ReadStream} onReady={() => {}} />,
		{
			columns,
			rows,
			keyboard,
			stdin: inkKeyboard.stream,
			wrap: stdout => cellStream(stdout).stream,
			...screenOptions,
		},
	);
	await screen.settle();
	return {
		...screen,
		app,
		services,
		copied,
		exits,
		close() {
			ending.abort();
			screen.unmount();
		},
	};
}

export const keys = {
	enter: '\r',
	escape: '\u001b',
	tab: '\t',
	backspace: '\u007f',
	up: '\u001b[A',
	down: '\u001b[B',
	right: '\u001b[C',
	left: '\u001b[D',
	pageDown: '\u001b[6~',
	end: '\u001b[F',
	altEnter: '\u001b\r',
	paste: (text: string) => `\u001b[200~${text}\u001b[201~`,
	ctrl: (letter: string) => String.fromCodePoint(letter.toUpperCase().charCodeAt(0) - 64),
	click: (column: number, row: number) => `\u001b[<0;${column + 1};${row + 1}M\u001b[<0;${column + 1};${row + 1}m`,
	wheelDown: (column: number, row: number) => `\u001b[<65;${column + 1};${row + 1}M`,
} as const;
