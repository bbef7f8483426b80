# probe.sh [COMMAND…]: starts COMMAND, an image's own, and tries /smoke/check.sh until it comes out. For busybox's shell.
if [ $# -gt 0 ]; then
	"$@" &
	server=$!
	tries=120
else
	server=$$
	tries=1
fi
until output=$(/smoke/busybox sh -eu /smoke/check.sh 2>&1); do
	tries=$((tries - 1))
	if [ $tries -le 0 ] || ! kill -0 $server 2>/dev/null; then
		echo "$output"
		exit 1
	fi
	sleep 1
done
echo "$output"
[ $# -eq 0 ] || kill $server
echo 'smoke: passed'
