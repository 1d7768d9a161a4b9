import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Gets a token and calls an API with Java's own client as it is: over http it offers to change to HTTP/2 with every request. */
class Call {
    public static void main(String[] arguments) throws Exception {
        String base = arguments[0], id = arguments[1], secret = arguments[2], path = arguments[3];
        HttpClient client = HttpClient.newHttpClient();
        String form = "grant_type=client_credentials&client_id=" + id + "&client_secret=" + secret;
        var token = client.send(HttpRequest.newBuilder(URI.create(base + "/api/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)).build(), BodyHandlers.ofString());
        if (token.statusCode() != 200) {
            throw new IllegalStateException("token: " + token.statusCode() + " " + token.body());
        }
        String value = token.body().replaceAll("(?s).*\"access_token\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        var answer = client.send(HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + value).build(), BodyHandlers.ofString());
        System.out.println(answer.statusCode() + " " + answer.body());
    }
}
