import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with Java's own trust store. */
public class Tls {
    static int serve(String name) throws Exception {
        char[] password = "smoke".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream("/smoke/tls/" + name + ".p12")) {
            keys.load(file, password);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket listener = (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(() -> {
            try (SSLSocket tls = (SSLSocket) listener.accept()) {
                tls.getOutputStream().write("hello".getBytes());
            } catch (IOException e) {
                // The client hung up: it does not trust the stranger.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener.getLocalPort();
    }

    static String ask(int port) throws IOException {
        try (SSLSocket tls = (SSLSocket) SSLSocketFactory.getDefault().createSocket("localhost", port)) {
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(parameters);
            return new String(tls.getInputStream().readNBytes(5));
        } catch (SSLException e) {
            return "refused";
        }
    }

    public static void main(String[] arguments) throws Exception {
        System.out.println("trusted: " + ask(serve("trusted")));
        System.out.println("stranger: " + ask(serve("stranger")));
    }
}
