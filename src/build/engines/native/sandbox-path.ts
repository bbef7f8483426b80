/** Where programs of the host are looked for that the sandbox is made with: util-linux and coreutils. */
export const sandboxPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
