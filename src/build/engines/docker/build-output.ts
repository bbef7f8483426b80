import {z} from 'zod';
import {SlipwayError} from '../../../base/errors.ts';

/** One message of the daemon's build stream (Docker Engine API, `POST /build`). */
const messageSchema = z.object({
	stream: z.string().optional(),
	error: z.string().optional(),
	aux: z.object({ID: z.string().optional()}).optional(),
});

/** What the steps say becomes log; their headings (`Step 3/7 : RUN …`) do not. Throws `build` with the daemon's error. */
export function readBuildMessage(value: unknown, log: (text: string) => void): {readonly imageId: string | null} {
	const parsed = messageSchema.safeParse(value);
	if (!parsed.success) return {imageId: null};
	const {stream, error, aux} = parsed.data;
	if (error !== undefined) {
		throw new SlipwayError('build', `The Docker daemon could not build the line: ${error.trim()}.`, {
			hint: 'The log of the phase `configure` shows what failed.',
		});
	}
	if (stream !== undefined && stream.trim() !== '' && !/^(?:Step \d+\/\d+ :| ---> )/.test(stream)) log(stream);
	return {imageId: aux?.ID ?? null};
}
