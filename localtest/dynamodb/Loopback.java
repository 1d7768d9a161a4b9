import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import java.util.Arrays;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Starts DynamoDB Local on 127.0.0.1 only: the server has no option for its address and listens on every interface, so address and port are set
 * on its Jetty connector before it opens. First argument: the port, 0 for a free one; the others are the server's own. Prints "ready PORT", and
 * ends when its standard input closes, that is, with the process that started it.
 */
class Loopback {
    public static void main(String[] arguments) throws Exception {
        var proxy = ServerRunner.createServerFromCommandLineArgs(Arrays.copyOfRange(arguments, 1, arguments.length));
        var field = proxy.getClass().getDeclaredField("server");
        field.setAccessible(true);
        var connector = (ServerConnector) ((Server) field.get(proxy)).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        proxy.start();
        System.out.println("ready " + connector.getLocalPort());
        while (System.in.read() >= 0) { }
        proxy.stop();
        System.exit(0);
    }
}
