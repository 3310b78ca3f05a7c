// A foreign node on pion/dtls for interoperability tests: the stack the paper names.
//
//	pion_peer server|client 127.0.0.1:PORT PSK_HEX IDENTITY
//
// A client first sends "from pion". Both then answer every message with "pion heard: " and the message, and print it.
package main

import (
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/pion/dtls/v2"
)

func check(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func main() {
	address, err := net.ResolveUDPAddr("udp", os.Args[2])
	check(err)
	key, err := hex.DecodeString(os.Args[3])
	check(err)
	// Whatever happens, the test's child does not outlive it by long.
	time.AfterFunc(60*time.Second, func() { os.Exit(2) })
	config := &dtls.Config{
		PSK: func(hint []byte) ([]byte, error) {
			fmt.Printf("peer: %s\n", hint)
			return key, nil
		},
		PSKIdentityHint:      []byte(os.Args[4]),
		CipherSuites:         []dtls.CipherSuiteID{dtls.TLS_PSK_WITH_AES_128_GCM_SHA256},
		ExtendedMasterSecret: dtls.RequireExtendedMasterSecret,
	}
	var connection net.Conn
	if os.Args[1] == "server" {
		listener, err := dtls.Listen("udp", address, config)
		check(err)
		fmt.Println("listening")
		connection, err = listener.Accept()
		check(err)
	} else {
		connection, err = dtls.Dial("udp", address, config)
		check(err)
		_, err = connection.Write([]byte("from pion"))
		check(err)
	}
	fmt.Println("established")
	buffer := make([]byte, 8192)
	for {
		length, err := connection.Read(buffer)
		if err != nil {
			fmt.Println("ended:", err)
			return
		}
		fmt.Printf("heard: %s\n", buffer[:length])
		_, err = connection.Write(append([]byte("pion heard: "), buffer[:length]...))
		check(err)
	}
}
