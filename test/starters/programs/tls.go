// A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with Go's own roots.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
)

func serve(name string) string {
	pair, err := tls.LoadX509KeyPair("/smoke/tls/"+name+".crt", "/smoke/tls/"+name+".key")
	if err != nil {
		panic(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		panic(err)
	}
	go func() {
		if connection, err := listener.Accept(); err == nil {
			io.WriteString(connection, "hello")
			connection.Close()
		}
	}()
	return listener.Addr().String()
}

func ask(address string) string {
	connection, err := tls.Dial("tcp", address, &tls.Config{ServerName: "localhost"})
	if err != nil {
		return "refused"
	}
	text, _ := io.ReadAll(connection)
	return string(text)
}

func main() {
	fmt.Println("trusted:", ask(serve("trusted")))
	fmt.Println("stranger:", ask(serve("stranger")))
}
