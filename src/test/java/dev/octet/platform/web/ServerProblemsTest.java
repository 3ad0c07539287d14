package dev.octet.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octet.platform.ProblemException;
import dev.octet.platform.ProblemKind;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;

class ServerProblemsTest {
    private final ServerProblems problems = new ServerProblems();

    @ParameterizedTest
    @CsvSource({
        "08006, DATABASE_UNAVAILABLE",
        "57P01, DATABASE_UNAVAILABLE",
        "57P03, DATABASE_UNAVAILABLE",
        "53300, DATABASE_UNAVAILABLE",
        "53100, DISK_FULL",
        "22P05, INVALID_TEXT",
        "22021, INVALID_TEXT"
    })
    void statesOfTheDatabaseAreTold(String state, String code) {
        assertThat(problems.translate(new SQLException("x", state)))
                .get()
                .extracting(ProblemException::code)
                .isEqualTo(code);
    }

    @Test
    void otherDatabaseErrorsAreDefects() {
        assertThat(problems.translate(new SQLException("x", "42P01"))).isEmpty();
        assertThat(problems.translate(new SQLException("x"))).isEmpty();
        assertThat(problems.translate(new IllegalStateException())).isEmpty();
    }

    @Test
    void aClientThatHasGoneInItsBodyIsNoDefect() {
        for (Exception gone : new Exception[] {new SocketException("Connection reset"), new EOFException()}) {
            assertThat(problems.translate(gone))
                    .get()
                    .extracting(ProblemException::code)
                    .isEqualTo("TRUNCATED_BODY");
        }
    }

    @Test
    void lostConnectionsAndLostTimeAreUnavailable() {
        for (Exception away : new Exception[] {
            new SQLTransientConnectionException("no connection in 5 s"),
            new DataAccessResourceFailureException("x"),
            new ConnectException("refused"),
            new org.hibernate.TransactionException("Unable to rollback"),
            new AsyncRequestTimeoutException()
        }) {
            assertThat(problems.translate(away))
                    .get()
                    .extracting(ProblemException::kind)
                    .isEqualTo(ProblemKind.UNAVAILABLE);
        }
    }
}
