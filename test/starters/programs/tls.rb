# A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with Ruby's own defaults.
require 'openssl'
require 'socket'

def serve(name)
  context = OpenSSL::SSL::SSLContext.new
  context.cert = OpenSSL::X509::Certificate.new(File.read("/smoke/tls/#{name}.crt"))
  context.key = OpenSSL::PKey.read(File.read("/smoke/tls/#{name}.key"))
  listener = TCPServer.new('127.0.0.1', 0)
  server = OpenSSL::SSL::SSLServer.new(listener, context)
  Thread.new do
    server.accept.tap { |tls| tls.write('hello') }.close
  rescue OpenSSL::SSL::SSLError, SystemCallError
    # The client hung up: it does not trust the stranger.
  end
  listener.addr[1]
end

def ask(port)
  context = OpenSSL::SSL::SSLContext.new.tap(&:set_params)
  tls = OpenSSL::SSL::SSLSocket.new(TCPSocket.new('localhost', port), context)
  tls.hostname = 'localhost'
  tls.connect
  tls.post_connection_check('localhost')
  tls.read(5)
end

puts "trusted: #{ask(serve('trusted'))}"
begin
  puts "stranger: #{ask(serve('stranger'))}"
rescue OpenSSL::SSL::SSLError
  puts 'stranger: refused'
end
