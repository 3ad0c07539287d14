package dev.octet.platform.web;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import dev.octet.platform.ProblemTranslator;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tomcat.util.http.fileupload.MultipartStream.MalformedStreamException;
import org.hibernate.TransactionException;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;

/** Tells what the service itself lacks: its database, time, a whole body. */
@Component
final class ServerProblems implements ProblemTranslator {
    /** <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">PostgreSQL's</a> code for a full disk. */
    private static final String DATABASE_DISK_FULL = "53100";

    /** Text that neither columns nor JSON of PostgreSQL can hold. */
    private static final Set<String> UNSTORABLE_TEXT = Set.of("22021", "22P05");

    @Override
    public Optional<ProblemException> translate(Throwable exception) {
        return Optional.ofNullable(
                switch (exception) {
                    case SQLException sql
                    when DATABASE_DISK_FULL.equals(sql.getSQLState()) ->
                        ProblemException.diskFull("the database's disk is full").causedBy(sql);
                    case SQLException sql
                    when UNSTORABLE_TEXT.contains(String.valueOf(sql.getSQLState())) ->
                        ProblemException.unprocessable(
                                        "INVALID_TEXT", "a text in the request or its file holds U+0000", List.of())
                                .causedBy(sql);
                    case SQLTransientConnectionException sql -> away(sql);
                    case SQLException sql when isConnection(sql.getSQLState()) -> away(sql);
                    case CannotCreateTransactionException transaction -> away(transaction);
                    // Neither commit nor rollback: the connection is gone, and with it what failed first.
                    case TransactionException transaction -> away(transaction);
                    case DataAccessResourceFailureException resource -> away(resource);
                    case ConnectException connect -> away(connect);
                    // The client has gone in the middle of its body; nobody reads this.
                    case SocketException gone -> truncated("TRUNCATED_BODY", "body", gone);
                    case EOFException gone -> truncated("TRUNCATED_BODY", "body", gone);
                    case AsyncRequestTimeoutException timeout ->
                        ProblemException.unavailable("TIMEOUT", "the answer took too long")
                                .causedBy(timeout);
                    case MalformedStreamException form -> truncated("MALFORMED_FORM", "form", form);
                    default -> null;
                });
    }

    /** Class 08 connection exceptions; 57P0x shutdown, crash, starting up; 53300 too many connections. */
    private static boolean isConnection(@Nullable String state) {
        return state != null && (state.startsWith("08") || state.startsWith("57P0") || state.equals("53300"));
    }

    private static ProblemException away(Exception e) {
        return ProblemException.unavailable("DATABASE_UNAVAILABLE", "the database is away for now; try again later")
                .causedBy(e);
    }

    private static ProblemException truncated(String code, String what, IOException e) {
        return new ProblemException(
                        ProblemKind.MALFORMED, code, "the " + what + " broke off: " + e.getMessage(), List.of())
                .causedBy(e);
    }
}
