package org.reactivesessions.mvc;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Transfers. */
@RestController
class TransfersController {

    private final Ledger ledger;

    TransfersController(Ledger ledger) {
        this.ledger = ledger;
    }

    @PostMapping(path = "/transfers", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Order transfer(@RequestBody Transfer wish) {
        return ledger.transfer(wish.checked());
    }
}
