import {createCellWriter, type CellWriter} from './cell-writer.ts';

export interface CellStream {
	/** For Ink: the terminal's stream, whose writes go through the cell writer. */
	readonly stream: NodeJS.WriteStream;
	readonly invalidate: CellWriter['invalidate'];
}

/** A terminal's stream that is only written what changes on the screen. All else is the stream's own. */
export function cellStream(stdout: NodeJS.WriteStream): CellStream {
	const writer = createCellWriter(
		data => stdout.write(data),
		() => ({columns: stdout.columns || 80, rows: stdout.rows || 24}),
	);
	const write = (data: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
		if (data.length > 0) writer.write(typeof data === 'string' ? data : Buffer.from(data).toString());
		const done = rest.findLast(argument => typeof argument === 'function') as
			((error?: Error | null) => void) | undefined;
		// An empty write keeps the order: it is done when all before it is.
		return done ? stdout.write('', done) : true;
	};
	const stream = new Proxy(stdout, {
		get(target, property) {
			if (property === 'write') return write;
			const value: unknown = Reflect.get(target, property, target);
			return typeof value === 'function' ? (value.bind(target) as unknown) : value;
		},
	});
	return {stream, invalidate: writer.invalidate};
}
